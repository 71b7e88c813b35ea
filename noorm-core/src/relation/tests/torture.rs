//! Forty shapes of foreign keys in one schema.

use expect_test::expect_file;

use super::{RelationGraph, listed, notation};

/// One after the other; tables that aren't written out have a key `id` and nothing else.
const SHAPES: &str = "
    album(artist_id -> artist; title)
    Track(AlbumId -> album; MediaTypeId -> MediaType; key TrackId)
    invoice_lines(invoice_id -> invoices; track_id? -> Track)
    person(country_code -> countries.code; address_id? -> addresses)
    profiles(user_id -> users; unique user_id)
    admins(id -> users; key id)
    posts(author_id -> users; editor_id? -> users; created_by -> users; updated_by? -> users)
    comments(post_id -> posts; user_id -> users; parent_id? -> comments)
    messages(from_id -> users; to_id -> users)
    transfers(from_account_id -> accounts; to_account_id -> accounts)
    matches(home_team_id -> teams; away_team_id -> teams; winner -> teams)
    categories(parent_category_id? -> categories; root_id? -> categories)
    Employee(ReportsTo? -> Employee.EmployeeId; key EmployeeId)
    people(mother_id? -> people; father_id? -> people)
    pages(next_id? -> pages; unique next_id; status -> statuses.status)
    post_tags(post_id -> posts; tag_id -> tags; key post_id, tag_id)
    post_hidden_tags(post_id -> posts; tag_id -> tags; unique post_id, tag_id)
    likes(user_id -> users; post_id -> posts; liked_at; key user_id, post_id)
    book_authors(book_id -> books; author_id -> person; unique book_id, author_id)
    follows(follower_id -> users; followed_id -> users; key follower_id, followed_id)
    friendships(user_id -> users; friend_id -> users; key user_id, friend_id)
    links(from_id -> pages; to_id -> pages; key from_id, to_id)
    grants(user_id -> users; role_id -> roles; granted_by? -> users; key user_id, role_id)
    memberships(tenant_id, user_id -> members.tenant_id, id; tenant_id, team_id -> squads.tenant_id, id; key tenant_id, user_id, team_id)
    shipments(order_id, line_no -> order_lines.order_id, line_no)
    order_lines(order_id -> sales:order; key order_id, line_no)
    roads(from_x, from_y -> points.x, y; to_x, to_y -> points.x, y)
    notes(tenant_id, author_id -> members.tenant_id, id; author_id -> members)
    sales:order(customer_id -> crm:customer; billing_address_id -> addresses; shipping_address_id -> addresses)
    archive:order(customer_id -> crm:customer)
    sales:refund(order_id -> sales:order; unique order_id)
    pets(owner_id -> person; owner_id -> shelters)
    cities(country -> countries.code; region -> regions)
    countries(capital_id? -> cities; unique capital_id; cities; unique code)
    sessions(token_user_uuid -> users.uuid)
    stock(shop, shelf -> places.shop_nr, shelf_nr)
    Order Details(Order ID -> sales:order; Product ID -> products; key Order ID, Product ID)
    twins(twin_id -> twins; key twin_id)
    events(series_id -> series; data_id -> data; media_id -> media)
    steps(stepid -> step; fk_previous? -> steps; id_next? -> steps)
    trios(a_id -> a; b_id -> b; c_id -> c; key a_id, b_id, c_id)
    bills(payer_id -> payers; payer_code -> payers.code; payer_email? -> payers.email)
    audits(table_ref -> audited_tables; row_key; by_user_id? -> users)
";

#[test]
fn names_of_forty_shapes() {
    let schema = notation::schema(SHAPES);
    assert!(SHAPES.matches("->").count() >= 40);
    expect_file!["torture.txt"].assert_eq(&listed(&RelationGraph::of(&schema)));
}
