//! The service, asked over HTTP.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::{open, service};

/// Asks, and gives the status and the body.
async fn ask(address: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let json = serde_json::from_str(body).unwrap_or_else(|_| Value::from(body));
    (status, json)
}

#[tokio::test]
async fn books_are_found_added_changed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let url = noorm_examples::make(folder.path()).await.unwrap();
    let routes = service::routes(open(&url).await.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });
    let ask = |method, path: &'static str, body| {
        let address = address.clone();
        async move { ask(&address, method, path, body).await }
    };

    let (status, found) = ask("GET", "/books?title=RIVER", None).await;
    assert_eq!((status, found.as_array().map(Vec::len)), (200, Some(20)));
    let (status, book) = ask("GET", "/books/7", None).await;
    assert_eq!((status, &book["isbn"]), (200, &json!("9780000000007")));
    assert_eq!(
        (&book["category"], &book["authors"]),
        (&json!("History"), &json!(["Ilse Brook"]))
    );

    let blue = json!({ "isbn": "1", "title": "Blue", "category_id": 1, "price": "9.50" });
    let (status, made) = ask("POST", "/books", Some(blue.clone())).await;
    assert_eq!((status, &made["shelf_label"]), (201, &json!("BLU-1001")));
    let (status, told) = ask("POST", "/books", Some(blue)).await;
    assert_eq!(status, 409, "{told}");
    let untitled = json!({ "isbn": "2", "category_id": 1, "price": "9.50" });
    let (status, told) = ask("POST", "/books", Some(untitled)).await;
    assert_eq!(status, 422, "{told}");

    let changes = json!({ "published": null, "title": "Red" });
    let (status, red) = ask("PATCH", "/books/1001", Some(changes)).await;
    assert_eq!(
        (status, &red["title"], &red["published"]),
        (200, &json!("Red"), &Value::Null)
    );
    assert_eq!(red["price"], made["price"]);
    let (status, _) = ask("DELETE", "/books/1001", None).await;
    assert_eq!(status, 204);
    let (status, _) = ask("GET", "/books/1001", None).await;
    assert_eq!(status, 404);
    server.abort();
}
