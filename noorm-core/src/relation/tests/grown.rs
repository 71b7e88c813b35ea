//! Names in the styles of grown databases.

use expect_test::expect;

use super::check;

#[test]
fn a_table_may_be_called_by_a_letter() {
    check(
        "owner(id -> s; key id)
           a_s(s_id -> s)",
        expect![[r#"
            owner.s: belongs_to s
            a_s.s: belongs_to s
            s.a_s: has_many a_s
            s.owner: has_one owner"#]],
    );
}

#[test]
fn a_noun_of_the_target_is_no_key_word() {
    check(
        "encounter_type(view_privilege? -> privilege.privilege; edit_privilege? -> privilege.privilege)
           city(country_name -> country.country_name)",
        expect![[r#"
            encounter_type.edit_privilege_row: belongs_to privilege
            encounter_type.view_privilege_row: belongs_to privilege
            city.country: belongs_to country
            privilege.encounter_types_as_edit_privilege: has_many encounter_type
            privilege.encounter_types_as_view_privilege: has_many encounter_type
            country.cities: has_many city"#]],
    );
}

#[test]
fn the_target_says_what_the_column_says_and_more() {
    check(
        "artist(type -> artist_type; gender -> gender)
           medication(frequency -> order_frequency; frequency_unit -> unit; type -> frequency)",
        expect![[r#"
            artist.gender_row: belongs_to gender
            artist.artist_type: belongs_to artist_type
            medication.order_frequency: belongs_to order_frequency
            medication.frequency_unit_row: belongs_to unit
            medication.type_frequency: belongs_to frequency
            artist_type.artists: has_many artist
            gender.artists: has_many artist
            order_frequency.medications: has_many medication
            unit.medications: has_many medication
            frequency.medications: has_many medication"#]],
    );
}

#[test]
fn tables_that_are_marked_as_such() {
    check(
        "tblClaim(UserID -> tblUser.UserID; Gender -> tblGender.Code)
           tbl_order(user_id -> tblUser.UserID)
           tblorderitems(tbl_order_id -> tbl_order)",
        expect![[r#"
            tblClaim.gender_row: belongs_to tblGender
            tblClaim.user: belongs_to tblUser
            tbl_order.user: belongs_to tblUser
            tbl_order.orderitems: has_many tblorderitems
            tblorderitems.order: belongs_to tbl_order
            tblUser.claims: has_many tblClaim
            tblUser.orders: has_many tbl_order
            tblGender.claims: has_many tblClaim"#]],
    );
}

#[test]
fn a_mark_is_left_out_where_a_word_is_left_that_no_table_has() {
    check(
        "post(tbl_2024_order_id -> tbl_2024_order; tbl1_id -> tbl1; tbls_id -> tbls)
           note(user_id -> users; tbl_user_id -> tbl_users)",
        expect![[r#"
            post.tbl1: belongs_to tbl1
            post.tbl_2024_order: belongs_to tbl_2024_order
            post.tbl: belongs_to tbls
            note.tbl_user: belongs_to tbl_users
            note.user: belongs_to users
            tbl_2024_order.posts: has_many post
            tbl1.posts: has_many post
            tbls.posts: has_many post
            users.notes: has_many note
            tbl_users.notes: has_many note"#]],
    );
}

#[test]
fn a_key_that_says_it_goes_before_one_that_only_means_it() {
    check(
        "post(user_id -> users; user_no -> users)",
        expect![[r#"
        post.user: belongs_to users
        post.user_no_user: belongs_to users
        users.posts: has_many post
        users.posts_as_user_no: has_many post"#]],
    );
    check(
        "x(address_id -> address; addresses -> address)",
        expect![[r#"
        x.address: belongs_to address
        x.addresses_address: belongs_to address
        address.xes: has_many x
        address.xes_as_addresses: has_many x"#]],
    );
    check(
        "ord(order_status_id -> order_status; status -> order_status)",
        expect![[r#"
            ord.order_status: belongs_to order_status
            ord.status_order_status: belongs_to order_status
            order_status.ords: has_many ord
            order_status.ords_as_status: has_many ord"#]],
    );
    check(
        "art(kind -> art_kind; kinds -> art_kind)",
        expect![[r#"
        art.art_kind: belongs_to art_kind
        art.kinds_art_kind: belongs_to art_kind
        art_kind.arts: has_many art
        art_kind.arts_as_kinds: has_many art"#]],
    );
}

#[test]
fn a_column_that_is_called_as_the_one_at_the_other_end() {
    check(
        "cover(mime_type -> image_type.mime_type)
           role_role(child_role -> role.role; parent_role -> role.role; key child_role, parent_role)",
        expect![[r#"
            cover.image_type: belongs_to image_type
            role_role.child: belongs_to role
            role_role.parent: belongs_to role
            image_type.covers: has_many cover
            role.children: many_to_many role through role_role
            role.parents: many_to_many role through role_role
            role.role_roles_as_child: has_many role_role
            role.role_roles_as_parent: has_many role_role"#]],
    );
}

#[test]
fn a_column_in_the_plural_points_at_one() {
    check(
        "collections_groups(collections_uuid -> collections.uuid; groups_uuid -> groups.uuid; key collections_uuid, groups_uuid)
           groups(organizations -> organizations.uuid)
           news_item(series_id -> series)",
        expect![[r#"
            collections_groups.collection: belongs_to collections
            collections_groups.group: belongs_to groups
            groups.organization: belongs_to organizations
            groups.collections: many_to_many collections through collections_groups
            groups.collections_groups: has_many collections_groups
            news_item.series: belongs_to series
            collections.groups: many_to_many groups through collections_groups
            collections.collections_groups: has_many collections_groups
            organizations.groups: has_many groups
            series.news_items: has_many news_item"#]],
    );
}

#[test]
fn a_code_that_points_at_a_number() {
    check(
        "employee(job_title_code -> hr_job_title; nation_code -> nationality; bar_code -> product; post_no -> post)",
        expect![[r#"
            employee.bar_code_product: belongs_to product
            employee.job_title: belongs_to hr_job_title
            employee.nation_code_nationality: belongs_to nationality
            employee.post: belongs_to post
            hr_job_title.employees: has_many employee
            nationality.employees: has_many employee
            product.employees: has_many employee
            post.employees: has_many employee"#]],
    );
}

#[test]
fn a_key_word_that_is_glued_to_the_last_of_words() {
    check(
        "office(activated_userid -> m_appuser; main_valid -> interval)",
        expect![[r#"
            office.activated_user: belongs_to m_appuser
            office.main_valid_interval: belongs_to interval
            m_appuser.offices: has_many office
            interval.offices: has_many office"#]],
    );
}

#[test]
fn junction_tables_of_one_prefix_or_of_what_they_call_their_ends() {
    check(
        "app_user_role(user_id -> app_user; role_id -> app_role; key user_id, role_id)
           app_user_role_history(user_id -> app_user; role_id -> app_role; key user_id, role_id)",
        expect![[r#"
            app_user_role.role: belongs_to app_role
            app_user_role.user: belongs_to app_user
            app_user_role_history.role: belongs_to app_role
            app_user_role_history.user: belongs_to app_user
            app_user.roles: many_to_many app_role through app_user_role
            app_user.roles_via_app_user_role_histories: many_to_many app_role through app_user_role_history
            app_user.app_user_role_histories: has_many app_user_role_history
            app_user.app_user_roles: has_many app_user_role
            app_role.users: many_to_many app_user through app_user_role
            app_role.users_via_app_user_role_histories: many_to_many app_user through app_user_role_history
            app_role.app_user_role_histories: has_many app_user_role_history
            app_role.app_user_roles: has_many app_user_role"#]],
    );
    check(
        "dept_emp(emp_no -> employees.emp_no; dept_no -> departments.dept_no; key emp_no, dept_no)
           dept_manager(emp_no -> employees.emp_no; dept_no -> departments.dept_no; key emp_no, dept_no)",
        expect![[r#"
            dept_emp.dept: belongs_to departments
            dept_emp.emp: belongs_to employees
            dept_manager.dept: belongs_to departments
            dept_manager.emp: belongs_to employees
            employees.depts: many_to_many departments through dept_emp
            employees.depts_via_dept_managers: many_to_many departments through dept_manager
            employees.dept_emps: has_many dept_emp
            employees.dept_managers: has_many dept_manager
            departments.emps: many_to_many employees through dept_emp
            departments.emps_via_dept_managers: many_to_many employees through dept_manager
            departments.dept_emps: has_many dept_emp
            departments.dept_managers: has_many dept_manager"#]],
    );
    check(
        "app_zone_parent(zone_id -> app_zone; parent_zone_id -> app_zone; key zone_id, parent_zone_id)",
        expect![[r#"
            app_zone_parent.parent_zone: belongs_to app_zone
            app_zone_parent.zone: belongs_to app_zone
            app_zone.parent_zone_of: many_to_many app_zone through app_zone_parent
            app_zone.parent_zones: many_to_many app_zone through app_zone_parent
            app_zone.app_zone_parents_as_parent_zone: has_many app_zone_parent
            app_zone.app_zone_parents_as_zone: has_many app_zone_parent"#]],
    );
}

#[test]
fn several_beside_one_of_the_same_name() {
    check(
        "post(creator_id -> person)
           post_report(creator_id -> person; post_id -> post; key creator_id, post_id)",
        expect![[r#"
            post.creator: belongs_to person
            post.creators_via_post_reports: many_to_many person through post_report
            post.post_reports: has_many post_report
            post_report.creator: belongs_to person
            post_report.post: belongs_to post
            person.posts: has_many post
            person.posts_via_post_reports: many_to_many post through post_report
            person.post_reports: has_many post_report"#]],
    );
    check(
        "project(user_id -> user)
           project_user(user_id -> user; project_id -> project; key user_id, project_id)",
        expect![[r#"
            project.user: belongs_to user
            project.users: many_to_many user through project_user
            project.project_users: has_many project_user
            project_user.project: belongs_to project
            project_user.user: belongs_to user
            user.projects: has_many project
            user.projects_via_project_users: many_to_many project through project_user
            user.project_users: has_many project_user"#]],
    );
}

#[test]
fn words_without_a_plural() {
    check(
        "tags_all(tag_id -> tag)
           alerts_resolved(tag_id -> tag)
           read_me(tag_id -> tag)
           signed_by(tag_id -> tag)
           gps(tag_id -> tag)
           seed(tag_id -> tag)
           watershed(tag_id -> tag)
           testbed(tag_id -> tag)
           roman(tag_id -> tag)",
        expect![[r#"
            tags_all.tag: belongs_to tag
            alerts_resolved.tag: belongs_to tag
            read_me.tag: belongs_to tag
            signed_by.tag: belongs_to tag
            gps.tag: belongs_to tag
            seed.tag: belongs_to tag
            watershed.tag: belongs_to tag
            testbed.tag: belongs_to tag
            roman.tag: belongs_to tag
            tag.alerts_resolved: has_many alerts_resolved
            tag.gps: has_many gps
            tag.read_me: has_many read_me
            tag.romans: has_many roman
            tag.seeds: has_many seed
            tag.signed_by: has_many signed_by
            tag.tags_all: has_many tags_all
            tag.testbeds: has_many testbed
            tag.watersheds: has_many watershed"#]],
    );
}
