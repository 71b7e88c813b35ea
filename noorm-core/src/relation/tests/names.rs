//! The rules of names, in their order.

use expect_test::expect;

use super::check;

#[test]
fn belongs_to_is_named_after_its_column() {
    check(
        "post(author_id -> user)",
        expect![[r#"
        post.author: belongs_to user
        user.posts: has_many post"#]],
    );
    check(
        "post(authorId -> user)",
        expect![[r#"
        post.author: belongs_to user
        user.posts: has_many post"#]],
    );
    check(
        "Post(AuthorId -> User)",
        expect![[r#"
        Post.author: belongs_to User
        User.posts: has_many Post"#]],
    );
    check(
        "post(author_fk -> user)",
        expect![[r#"
        post.author: belongs_to user
        user.posts: has_many post"#]],
    );
    check(
        "post(fk_author -> user)",
        expect![[r#"
        post.author: belongs_to user
        user.posts: has_many post"#]],
    );
    check(
        "post(fk_author_id -> user)",
        expect![[r#"
        post.author: belongs_to user
        user.posts: has_many post"#]],
    );
    check(
        "post(author_uuid -> user.uuid)",
        expect![[r#"
        post.author: belongs_to user
        user.posts: has_many post"#]],
    );
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
