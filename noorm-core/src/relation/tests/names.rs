//! The rules of names, in their order.

use expect_test::expect;

use super::{RelationGraph, check, listed, notation};

#[test]
fn belongs_to_is_named_after_its_column() {
    for column in [
        "author_id",
        "authorId",
        "AuthorID",
        "author_fk",
        "fk_author",
        "fk_author_id",
        "id_author",
        "author_uuid",
        "author_ref",
    ] {
        let graph = RelationGraph::of(&notation::schema(&format!("post({column} -> user)")));
        assert_eq!(
            listed(&graph),
            "post.author: belongs_to user\nuser.posts: has_many post"
        );
    }
}

#[test]
fn a_word_that_both_columns_end_with_is_left_out() {
    check(
        "city(country_code -> country.code)",
        expect![[r#"
        city.country: belongs_to country
        country.cities: has_many city"#]],
    );
    check(
        "city(country_iso_code -> country.iso_code)",
        expect![[r#"
            city.country: belongs_to country
            country.cities: has_many city"#]],
    );
    check(
        "post(author_email -> user.email)",
        expect![[r#"
        post.author: belongs_to user
        user.posts: has_many post"#]],
    );
    check(
        "city(country_name -> country.country_name)",
        expect![[r#"
        city.country: belongs_to country
        country.cities: has_many city"#]],
    );
}

#[test]
fn one_word_says_that_it_is_a_key() {
    check(
        "album(id_artist -> artist.id_artist)",
        expect![[r#"
        album.artist: belongs_to artist
        artist.albums: has_many album"#]],
    );
    check(
        "node(parentguid -> node.guid)",
        expect![[r#"
        node.parentguid_node: belongs_to node
        node.nodes: has_many node"#]],
    );
    check(
        "song(ref_id -> artist)",
        expect![[r#"
        song.artist: belongs_to artist
        artist.songs: has_many song"#]],
    );
    check(
        "signature(gpg_key_id -> gpg_key)",
        expect![[r#"
            signature.gpg_key: belongs_to gpg_key
            gpg_key.signatures: has_many signature"#]],
    );
    check(
        "film(original_language_id -> language.language_id)",
        expect![[r#"
            film.original_language: belongs_to language
            language.films: has_many film"#]],
    );
    check(
        "item(occurrence_id -> occurrence; occurrence_ref_id -> occurrence_ref)",
        expect![[r#"
            item.occurrence: belongs_to occurrence
            item.occurrence_ref: belongs_to occurrence_ref
            occurrence.items: has_many item
            occurrence_ref.items: has_many item"#]],
    );
    check(
        "orders(billtoaddressid -> address.addressid)",
        expect![[r#"
            orders.billtoaddress: belongs_to address
            address.orders: has_many orders"#]],
    );
    check(
        "album(artist_id_fk -> artist)",
        expect![[r#"
            album.artist: belongs_to artist
            artist.albums: has_many album"#]],
    );
}

#[test]
fn keys_to_several_columns_of_one_table() {
    check(
        "orders(customer_id -> customer; customer_code -> customer.code)",
        expect![[r#"
            orders.customer_by_code: belongs_to customer
            orders.customer: belongs_to customer
            customer.orders_by_customer_code: has_many orders
            customer.orders: has_many orders"#]],
    );
    check(
        "orders(customer_email -> customer.email; customer_code -> customer.code)",
        expect![[r#"
            orders.customer_by_code: belongs_to customer
            orders.customer_by_email: belongs_to customer
            customer.orders_by_customer_code: has_many orders
            customer.orders_by_customer_email: has_many orders"#]],
    );
}

#[test]
fn words_that_are_written_as_one() {
    check(
        "album(artistid -> artist)",
        expect![[r#"
        album.artist: belongs_to artist
        artist.albums: has_many album"#]],
    );
    check(
        "album(ARTISTID -> ARTISTS.ARTISTID)",
        expect![[r#"
        album.artist: belongs_to ARTISTS
        ARTISTS.albums: has_many album"#]],
    );
    check(
        "loan(paid -> pa)",
        expect![[r#"
        loan.pa: belongs_to pa
        pa.loans: has_many loan"#]],
    );
}

#[test]
fn a_key_word_that_is_glued_to_the_column() {
    check(
        "billofmaterials(componentid -> product.productid; productassemblyid -> product.productid)
           product(sizeunitmeasurecode -> unitmeasure.unitmeasurecode; key productid)
           rate(fromcurrencycode -> currencies.currencycode; tocurrencycode -> currencies.currencycode)
           visit(hostno -> Guests.GUESTSNO)",
        expect![[r#"
            billofmaterials.component: belongs_to product
            billofmaterials.productassembly: belongs_to product
            product.sizeunitmeasure: belongs_to unitmeasure
            product.billofmaterials_as_component: has_many billofmaterials
            product.billofmaterials_as_productassembly: has_many billofmaterials
            rate.fromcurrency: belongs_to currencies
            rate.tocurrency: belongs_to currencies
            visit.host: belongs_to Guests
            unitmeasure.products: has_many product
            currencies.rates_as_fromcurrency: has_many rate
            currencies.rates_as_tocurrency: has_many rate
            Guests.visits: has_many visit"#]],
    );
    check(
        "aqbasket(booksellerid -> aqbooksellers)
           topic(userid -> auth_user)",
        expect![[r#"
            aqbasket.bookseller: belongs_to aqbooksellers
            topic.user: belongs_to auth_user
            aqbooksellers.aqbaskets: has_many aqbasket
            auth_user.topics: has_many topic"#]],
    );
}

#[test]
fn a_word_that_only_ends_like_a_key() {
    check(
        "loan(paid -> product.productid2; grid -> grid.gridid; maingrid -> grid.gridid; valid -> interval)",
        expect![[r#"
            loan.grid_row: belongs_to grid
            loan.maingrid_grid: belongs_to grid
            loan.paid_product: belongs_to product
            loan.valid_interval: belongs_to interval
            product.loans: has_many loan
            grid.loans: has_many loan
            grid.loans_as_maingrid: has_many loan
            interval.loans: has_many loan"#]],
    );
    // The key word is a word of its own there, or is another one, or what is left says nothing.
    check(
        "item(componentid -> product.product_id; makercode -> maker2.maker2id; refid -> thing.thingid)",
        expect![[r#"
            item.componentid_product: belongs_to product
            item.makercode_maker2: belongs_to maker2
            item.refid_thing: belongs_to thing
            product.items: has_many item
            maker2.items: has_many item
            thing.items: has_many item"#]],
    );
    check(
        "bill(componentid -> product.productid; component)
           basket(booksellerid -> aqbooksellers; Bookseller)",
        expect![[r#"
            bill.componentid_product: belongs_to product
            basket.booksellerid_aqbookseller: belongs_to aqbooksellers
            product.bills: has_many bill
            aqbooksellers.baskets: has_many basket"#]],
    );
}

#[test]
fn a_shared_key_is_named_after_the_table() {
    check(
        "dog(id -> animals; key id)",
        expect![[r#"
        dog.animal: belongs_to animals
        animals.dog: has_one dog"#]],
    );
}

#[test]
fn a_column_without_a_key_word_takes_the_target() {
    check(
        "post(created_by -> users)",
        expect![[r#"
        post.created_by_user: belongs_to users
        users.posts: has_many post"#]],
    );
    check(
        "city(country -> countries)",
        expect![[r#"
        city.country_row: belongs_to countries
        countries.cities: has_many city"#]],
    );
    check(
        "person(home_country -> country)",
        expect![[r#"
        person.home_country_row: belongs_to country
        country.people: has_many person"#]],
    );
    check(
        "Employee(ReportsTo -> Employee.EmployeeId; key EmployeeId)",
        expect![[r#"
            Employee.reports_to_employee: belongs_to Employee
            Employee.employees: has_many Employee"#]],
    );
    check(
        "post(author_id -> users; author)",
        expect![[r#"
        post.author_user: belongs_to users
        users.posts: has_many post"#]],
    );
    check(
        "city(country_id -> country; Country)",
        expect![[r#"
        city.country_row: belongs_to country
        country.cities: has_many city"#]],
    );
}

#[test]
fn keys_over_several_columns() {
    check(
        "post(tenant_id, author_id -> user.tenant_id, id; tenant_id -> tenant)",
        expect![[r#"
            post.tenant: belongs_to tenant
            post.author: belongs_to user
            user.posts: has_many post
            tenant.posts: has_many post"#]],
    );
    check(
        "shipment(order_id, line_no -> order_line.order_id, line_no)",
        expect![[r#"
            shipment.order_line: belongs_to order_line
            order_line.shipments: has_many shipment"#]],
    );
    check(
        "road(from_x, from_y -> point.x, y; to_x, to_y -> point.x, y)",
        expect![[r#"
            road.from_point: belongs_to point
            road.to_point: belongs_to point
            point.roads_from: has_many road
            point.roads_to: has_many road"#]],
    );
    check(
        "stock(shop, shelf -> place.shop_nr, shelf_nr)",
        expect![[r#"
        stock.place: belongs_to place
        place.stocks: has_many stock"#]],
    );
}

#[test]
fn has_many_is_the_plural_of_the_table_and_has_one_its_singular() {
    check(
        "order_lines(order_id -> orders)",
        expect![[r#"
        order_lines.order: belongs_to orders
        orders.order_lines: has_many order_lines"#]],
    );
    check(
        "person(country_id -> country)",
        expect![[r#"
        person.country: belongs_to country
        country.people: has_many person"#]],
    );
    check(
        "profiles(user_id -> users; unique user_id)",
        expect![[r#"
        profiles.user: belongs_to users
        users.profile: has_one profiles"#]],
    );
    check(
        "passport(owner_id -> person; number; key number, owner_id; unique owner_id)",
        expect![[r#"
            passport.owner: belongs_to person
            person.passport: has_one passport"#]],
    );
}

#[test]
fn several_keys_to_one_table_say_which_they_are() {
    check(
        "message(from_id -> user; to_id -> user)",
        expect![[r#"
        message.from: belongs_to user
        message.to: belongs_to user
        user.messages_from: has_many message
        user.messages_to: has_many message"#]],
    );
    check(
        "transfer(from_account_id -> account; to_account_id -> account)",
        expect![[r#"
            transfer.from_account: belongs_to account
            transfer.to_account: belongs_to account
            account.transfers_from: has_many transfer
            account.transfers_to: has_many transfer"#]],
    );
    check(
        "post(user_id -> user; editor_id -> user; deleted_by? -> user)",
        expect![[r#"
            post.deleted_by_user: belongs_to user
            post.editor: belongs_to user
            post.user: belongs_to user
            user.posts: has_many post
            user.posts_as_editor: has_many post
            user.posts_deleted_by: has_many post"#]],
    );
    check(
        "match(home_team_id -> team; away_team_id -> team)",
        expect![[r#"
            match.away_team: belongs_to team
            match.home_team: belongs_to team
            team.matches_as_away_team: has_many match
            team.matches_as_home_team: has_many match"#]],
    );
}

#[test]
fn keys_to_two_tables_of_one_column_take_both_names() {
    check(
        "pet(owner_id -> person; owner_id -> shelter)",
        expect![[r#"
        pet.owner_person: belongs_to person
        pet.owner_shelter: belongs_to shelter
        person.pets: has_many pet
        shelter.pets: has_many pet"#]],
    );
    check(
        "pet(owner_id -> zoo:owner; owner_id -> farm:owner)",
        expect![[r#"
            pet.owner_farm_owner: belongs_to farm.owner
            pet.owner_zoo_owner: belongs_to zoo.owner
            zoo.owner.pets: has_many pet
            farm.owner.pets: has_many pet"#]],
    );
}

#[test]
fn keys_that_say_the_same_are_one() {
    check(
        "post(author_id -> user; author_id -> user)",
        expect![[r#"
        post.author: belongs_to user
        user.posts: has_many post"#]],
    );
    check(
        "post(tenant_id, author_id -> user.tenant_id, id; author_id -> user)",
        expect![[r#"
            post.author: belongs_to user
            user.posts: has_many post"#]],
    );
}

#[test]
fn a_table_that_points_at_itself() {
    check(
        "category(parent_id -> category)",
        expect![[r#"
        category.parent: belongs_to category
        category.children: has_many category"#]],
    );
    check(
        "category(parent_category_id -> category)",
        expect![[r#"
        category.parent_category: belongs_to category
        category.child_categories: has_many category"#]],
    );
    check(
        "employee(manager_id -> employee)",
        expect![[r#"
        employee.manager: belongs_to employee
        employee.employees: has_many employee"#]],
    );
    check(
        "person(mother_id -> person; father_id -> person)",
        expect![[r#"
            person.father: belongs_to person
            person.mother: belongs_to person
            person.people_as_father: has_many person
            person.people_as_mother: has_many person"#]],
    );
    check(
        "page(next_id -> page; unique next_id)",
        expect![[r#"
        page.next: belongs_to page
        page.page_as_next: has_one page"#]],
    );
    check(
        "comment(parent_id -> comment; root_id -> comment)",
        expect![[r#"
            comment.parent: belongs_to comment
            comment.root: belongs_to comment
            comment.children: has_many comment
            comment.comments_as_root: has_many comment"#]],
    );
}

#[test]
fn a_junction_table_joins_its_two_ends() {
    check(
        "post_tag(post_id -> post; tag_id -> tag; key post_id, tag_id)",
        expect![[r#"
            post_tag.post: belongs_to post
            post_tag.tag: belongs_to tag
            post.tags: many_to_many tag through post_tag
            post.post_tags: has_many post_tag
            tag.posts: many_to_many post through post_tag
            tag.post_tags: has_many post_tag"#]],
    );
    check(
        "book_author(book_id -> book; author_id -> person; unique book_id, author_id)",
        expect![[r#"
            book_author.author: belongs_to person
            book_author.book: belongs_to book
            book.authors: many_to_many person through book_author
            book.book_authors: has_many book_author
            person.books: many_to_many book through book_author
            person.book_authors: has_many book_author"#]],
    );
    check(
        "Enrolment(StudentId -> Student; CourseId -> Course; Grade; key StudentId, CourseId)",
        expect![[r#"
            Enrolment.course: belongs_to Course
            Enrolment.student: belongs_to Student
            Student.courses: many_to_many Course through Enrolment
            Student.enrolments: has_many Enrolment
            Course.students: many_to_many Student through Enrolment
            Course.enrolments: has_many Enrolment"#]],
    );
    check(
        "grants(user_id -> user; role_id -> role; given_by -> user; key user_id, role_id)",
        expect![[r#"
            grants.given_by_user: belongs_to user
            grants.role: belongs_to role
            grants.user: belongs_to user
            user.roles: many_to_many role through grants
            user.grants: has_many grants
            user.grants_given_by: has_many grants
            role.users: many_to_many user through grants
            role.grants: has_many grants"#]],
    );
    check(
        "post_tag(tenant_id, post_id -> post.tenant_id, id; tenant_id, tag_id -> tag.tenant_id, id; key tenant_id, post_id, tag_id)",
        expect![[r#"
            post_tag.post: belongs_to post
            post_tag.tag: belongs_to tag
            post.tags: many_to_many tag through post_tag
            post.post_tags: has_many post_tag
            tag.posts: many_to_many post through post_tag
            tag.post_tags: has_many post_tag"#]],
    );
}

#[test]
fn what_is_no_junction_table() {
    check(
        "stay(guest_id -> guest; room_id -> room)",
        expect![[r#"
        stay.guest: belongs_to guest
        stay.room: belongs_to room
        guest.stays: has_many stay
        room.stays: has_many stay"#]],
    );
    check(
        "stay(guest_id -> guest; room_id -> room; day; key guest_id, room_id, day)",
        expect![[r#"
            stay.guest: belongs_to guest
            stay.room: belongs_to room
            guest.stays: has_many stay
            room.stays: has_many stay"#]],
    );
    check(
        "trio(a_id -> a; b_id -> b; c_id -> c; key a_id, b_id, c_id)",
        expect![[r#"
            trio.a: belongs_to a
            trio.b: belongs_to b
            trio.c: belongs_to c
            a.trios: has_many trio
            b.trios: has_many trio
            c.trios: has_many trio"#]],
    );
    check(
        "marriage(bride_id -> person; groom_id -> person; key bride_id; unique groom_id)",
        expect![[r#"
            marriage.bride: belongs_to person
            marriage.groom: belongs_to person
            person.marriage_as_bride: has_one marriage
            person.marriage_as_groom: has_one marriage"#]],
    );
}

#[test]
fn a_key_to_the_table_itself_is_no_end_of_a_junction() {
    check(
        "tag_versions(tag_id -> tags; previous_version_id? -> tag_versions; unique tag_id, previous_version_id)",
        expect![[r#"
            tag_versions.previous_version: belongs_to tag_versions
            tag_versions.tag: belongs_to tags
            tag_versions.tag_versions: has_many tag_versions
            tags.tag_versions: has_many tag_versions"#]],
    );
    // Columns that may be empty are ends nevertheless.
    check(
        "post_tag(post_id? -> post; tag_id? -> tag; parent_id? -> post_tag; unique post_id, tag_id)",
        expect![[r#"
            post_tag.parent: belongs_to post_tag
            post_tag.post: belongs_to post
            post_tag.tag: belongs_to tag
            post_tag.children: has_many post_tag
            post.tags: many_to_many tag through post_tag
            post.post_tags: has_many post_tag
            tag.posts: many_to_many post through post_tag
            tag.post_tags: has_many post_tag"#]],
    );
}

#[test]
fn a_table_that_is_joined_with_itself() {
    check(
        "follow(follower_id -> user; followed_id -> user; key follower_id, followed_id)",
        expect![[r#"
            follow.followed: belongs_to user
            follow.follower: belongs_to user
            user.followed: many_to_many user through follow
            user.followers: many_to_many user through follow
            user.follows_as_followed: has_many follow
            user.follows_as_follower: has_many follow"#]],
    );
    check(
        "followers(user_id -> user; follower_id -> user; key user_id, follower_id)",
        expect![[r#"
            followers.follower: belongs_to user
            followers.user: belongs_to user
            user.follower_of: many_to_many user through followers
            user.followers: many_to_many user through followers
            user.followers_as_user: has_many followers
            user.followers_as_follower: has_many followers"#]],
    );
    check(
        "friendship(user_id -> user; friend_id -> user; key user_id, friend_id)",
        expect![[r#"
            friendship.friend: belongs_to user
            friendship.user: belongs_to user
            user.friend_of: many_to_many user through friendship
            user.friends: many_to_many user through friendship
            user.friendships: has_many friendship
            user.friendships_as_friend: has_many friendship"#]],
    );
    check(
        "link(from_id -> page; to_id -> page; key from_id, to_id)",
        expect![[r#"
            link.from: belongs_to page
            link.to: belongs_to page
            page.pages_from: many_to_many page through link
            page.pages_to: many_to_many page through link
            page.links_from: has_many link
            page.links_to: has_many link"#]],
    );
}

#[test]
fn where_two_would_be_called_the_same_one_gives_way() {
    check(
        "post(author_id -> user)
           likes(user_id -> user; post_id -> post; key user_id, post_id)",
        expect![[r#"
            post.author: belongs_to user
            post.users: many_to_many user through likes
            post.likes: has_many likes
            likes.post: belongs_to post
            likes.user: belongs_to user
            user.posts: has_many post
            user.posts_via_likes: many_to_many post through likes
            user.likes: has_many likes"#]],
    );
    check(
        "post_tag(post_id -> post; tag_id -> tag; key post_id, tag_id)
           hidden_tag(post_id -> post; tag_id -> tag; key post_id, tag_id)",
        expect![[r#"
            post_tag.post: belongs_to post
            post_tag.tag: belongs_to tag
            hidden_tag.post: belongs_to post
            hidden_tag.tag: belongs_to tag
            post.tags: many_to_many tag through post_tag
            post.tags_via_hidden_tags: many_to_many tag through hidden_tag
            post.hidden_tags: has_many hidden_tag
            post.post_tags: has_many post_tag
            tag.posts: many_to_many post through post_tag
            tag.posts_via_hidden_tags: many_to_many post through hidden_tag
            tag.hidden_tags: has_many hidden_tag
            tag.post_tags: has_many post_tag"#]],
    );
    check(
        "pinned(post_id -> post; tag_id -> tag; key post_id, tag_id)
           hidden(post_id -> post; tag_id -> tag; key post_id, tag_id)",
        expect![[r#"
            pinned.post: belongs_to post
            pinned.tag: belongs_to tag
            hidden.post: belongs_to post
            hidden.tag: belongs_to tag
            post.tags_via_hiddens: many_to_many tag through hidden
            post.tags_via_pinned: many_to_many tag through pinned
            post.hiddens: has_many hidden
            post.pinned: has_many pinned
            tag.posts_via_hiddens: many_to_many post through hidden
            tag.posts_via_pinned: many_to_many post through pinned
            tag.hiddens: has_many hidden
            tag.pinned: has_many pinned"#]],
    );
    check(
        "sales:order(customer_id -> sales:customer)
           archive:order(customer_id -> sales:customer)",
        expect![[r#"
            sales.order.customer: belongs_to sales.customer
            archive.order.customer: belongs_to sales.customer
            sales.customer.orders: has_many sales.order
            sales.customer.archive_orders: has_many archive.order"#]],
    );
    check(
        "order(customer_id -> customer)
           orders(customer_id -> customer)",
        expect![[r#"
            order.customer: belongs_to customer
            orders.customer: belongs_to customer
            customer.order_rows: has_many order
            customer.orders_rows: has_many orders"#]],
    );
}

#[test]
fn a_relation_is_never_called_like_a_column() {
    check(
        "order(customer_id -> customer)
           customer(Orders; id)",
        expect![[r#"
            order.customer: belongs_to customer
            customer.order_rows: has_many order"#]],
    );
    check(
        "profile(user_id -> user; unique user_id)
           user(profile)",
        expect![[r#"
            profile.user: belongs_to user
            user.profile_row: has_one profile"#]],
    );
    check(
        "post_tag(post_id -> post; tag_id -> tag; key post_id, tag_id)
           post(tags)",
        expect![[r#"
            post_tag.post: belongs_to post
            post_tag.tag: belongs_to tag
            post.tags_via_post_tags: many_to_many tag through post_tag
            post.post_tags: has_many post_tag
            tag.posts: many_to_many post through post_tag
            tag.post_tags: has_many post_tag"#]],
    );
}

#[test]
fn a_way_back_whose_name_is_taken_says_by_which_column() {
    check(
        "staff(store_id -> store)
           store(manager_staff_id -> staff; unique manager_staff_id)",
        expect![[r#"
            staff.store: belongs_to store
            staff.store_as_manager_staff: has_one store
            store.manager_staff: belongs_to staff
            store.staff: has_many staff"#]],
    );
    check(
        "sales:staff(store_id -> sales:store)
           sales:store(manager_staff_id -> sales:staff; unique manager_staff_id)",
        expect![[r#"
            sales.staff.store: belongs_to sales.store
            sales.staff.store_as_manager_staff: has_one sales.store
            sales.store.manager_staff: belongs_to sales.staff
            sales.store.staff: has_many sales.staff"#]],
    );
    check(
        "order(buyer_id -> customer)
           customer(Orders; id)",
        expect![[r#"
            order.buyer: belongs_to customer
            customer.orders_as_buyer: has_many order"#]],
    );
    // That is a column, too.
    check(
        "order(buyer_id -> customer)
           customer(orders; orders_as_buyer; id)",
        expect![[r#"
            order.buyer: belongs_to customer
            customer.order_rows: has_many order"#]],
    );
    // It would say no more.
    check(
        "profile(userid -> auth_user; unique userid)
           auth_user(profile)",
        expect![[r#"
            profile.user: belongs_to auth_user
            auth_user.profile_row: has_one profile"#]],
    );
    check(
        "collaborators(repository_id -> repo; collaborator_id -> user; key repository_id, collaborator_id)",
        expect![[r#"
            collaborators.collaborator: belongs_to user
            collaborators.repository: belongs_to repo
            repo.collaborators: many_to_many user through collaborators
            repo.collaborators_rows: has_many collaborators
            user.repositories: many_to_many repo through collaborators
            user.collaborators: has_many collaborators"#]],
    );
    check(
        "archive:order(buyer_id -> customer)
           order(customer_id -> customer)",
        expect![[r#"
            archive.order.buyer: belongs_to customer
            order.customer: belongs_to customer
            customer.orders: has_many order
            customer.archive_orders: has_many archive.order"#]],
    );
}

#[test]
fn odd_names() {
    check(
        "Order Details(Order ID -> Orders; Product ID -> Products; key Order ID, Product ID)",
        expect![[r#"
            Order Details.order: belongs_to Orders
            Order Details.product: belongs_to Products
            Orders.products: many_to_many Products through Order Details
            Orders.order_details: has_many Order Details
            Products.orders: many_to_many Orders through Order Details
            Products.order_details: has_many Order Details"#]],
    );
    check(
        "größe(straße_id -> straße)",
        expect![[r#"
        größe.straße: belongs_to straße
        straße.größes: has_many größe"#]],
    );
    check(
        "!(? -> %)",
        expect![[r#"
        !.row_row: belongs_to %
        %.rows: has_many !"#]],
    );
}
