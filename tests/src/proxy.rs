//! Faults on demand: a proxy before a server, which cuts, holds up and breaks apart what passes.
//!
//! ```text
//! client ──► Proxy ──► server      what a request holds can set off a cut: before the server has
//!        ◄──       ◄──             heard of it, or behind its answer, which nobody hears then
//! ```
//!
//! It doesn't know what passes: encryption has to be off where a cut is to be set off by a text.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// A proxy before the server of a URL, as long as it is kept.
pub struct Proxy {
    url: String,
    port: u16,
    shared: Arc<Shared>,
    listening: Mutex<Option<AbortHandle>>,
}

/// When a connection is cut that a request runs through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before the server hears of it.
    Before,
    /// Once the server has answered; nobody hears its answer.
    Answered,
}

struct Shared {
    server: String,
    orders: watch::Sender<Orders>,
    trap: Mutex<Option<Trap>>,
    /// How many bytes the server may still say.
    left: Mutex<Option<usize>>,
    open: AtomicU32,
}

/// What every connection keeps to.
#[derive(Debug, Clone, Copy, Default)]
struct Orders {
    /// Those that are older than the last cut end.
    cuts: u32,
    stalls: bool,
    breaks_apart: bool,
}

struct Trap {
    texts: [Vec<u8>; 2],
    when: When,
    times: u32,
}

impl Proxy {
    /// Stands before the server that `url` names; `unencrypted` is what a URL has to say for that.
    ///
    /// # Panics
    /// If there is no port for it.
    pub async fn before(url: &str, unencrypted: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (format!("{user}@"), host),
            None => (String::new(), authority),
        };
        let named = host
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let server = match (named, scheme) {
            (true, _) => host.to_owned(),
            (false, "mysql" | "mariadb") => format!("{host}:3306"),
            (false, "mssql" | "sqlserver") => format!("{host}:1433"),
            (false, _) => format!("{host}:5432"),
        };
        let shared = Arc::new(Shared {
            server,
            orders: watch::Sender::new(Orders::default()),
            trap: Mutex::default(),
            left: Mutex::default(),
            open: AtomicU32::new(0),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (path, options) = path.split_once('?').unwrap_or((path, ""));
        let name = unencrypted.split('=').next().unwrap_or_default();
        let kept = options
            .split('&')
            .filter(|o| !o.is_empty() && o.split('=').next() != Some(name));
        let options: Vec<_> = kept.chain([unencrypted]).collect();
        let proxy = Self {
            url: format!(
                "{scheme}://{user}127.0.0.1:{port}{path}?{}",
                options.join("&")
            ),
            port,
            shared,
            listening: Mutex::default(),
        };
        proxy.listen(listener);
        proxy
    }

    /// Gives the URL that leads through it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Tells how many connections are open.
    #[must_use]
    pub fn open(&self) -> u32 {
        self.shared.open.load(Ordering::Acquire)
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        self.shared.orders.send_modify(|orders| orders.cuts += 1);
    }

    /// Cuts every connection, and takes no other, as a server that is down.
    pub fn go_down(&self) {
        if let Some(listening) = lock(&self.listening).take() {
            listening.abort();
        }
        self.cut();
    }

    /// Takes connections again.
    ///
    /// # Panics
    /// If somebody else has its port by now.
    pub async fn come_up(&self) {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        loop {
            // The port is free when the task that listened has ended.
            match TcpListener::bind(address).await {
                Ok(listener) => return self.listen(listener),
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }

    /// Takes connections and lets nothing pass, in neither direction.
    pub fn stall(&self) {
        self.shared
            .orders
            .send_modify(|orders| orders.stalls = true);
    }

    /// Lets everything pass again, also what has been held up.
    pub fn flow(&self) {
        self.shared
            .orders
            .send_modify(|orders| orders.stalls = false);
    }

    /// Breaks packets into pieces from now on, so that whoever waits for one wakes several times.
    pub fn break_apart(&self) {
        self.shared
            .orders
            .send_modify(|orders| orders.breaks_apart = true);
    }

    /// Cuts the connections that the next requests with this text run through, so many times.
    pub fn cut_on(&self, text: &str, when: When, times: u32) {
        let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let texts = [text.as_bytes().to_vec(), wide];
        *lock(&self.shared.trap) = Some(Trap { texts, when, times });
    }

    /// Cuts the connection on which the server has said so many more bytes.
    pub fn cut_after(&self, bytes: usize) {
        *lock(&self.shared.left) = Some(bytes);
    }

    fn listen(&self, listener: TcpListener) {
        let shared = Arc::clone(&self.shared);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                let orders = shared.orders.subscribe();
                tokio::spawn(async move {
                    shared.open.fetch_add(1, Ordering::AcqRel);
                    // What ends it, be it one side or the proxy, ends both sides.
                    let _ = shared.carry(client, orders).await;
                    shared.open.fetch_sub(1, Ordering::AcqRel);
                });
            }
        });
        *lock(&self.listening) = Some(listening.abort_handle());
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.go_down();
    }
}

/// What the two directions of a connection know of each other.
#[derive(Default)]
struct Link {
    /// The next answer is not passed on.
    cut_when_answered: AtomicBool,
}

impl Shared {
    async fn carry(
        &self,
        client: TcpStream,
        mut orders: watch::Receiver<Orders>,
    ) -> std::io::Result<()> {
        let cuts = orders.borrow_and_update().cuts;
        let server = TcpStream::connect(&self.server).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let ((from_client, to_client), (from_server, to_server)) =
            (client.into_split(), server.into_split());
        let link = Link::default();
        let passing = orders.clone();
        tokio::select! {
            _ = orders.wait_for(|orders| orders.cuts > cuts) => Ok(()),
            done = self.ask(&link, passing.clone(), from_client, to_server) => done,
            done = self.answer(&link, passing, from_server, to_client) => done,
        }
    }

    /// From the client to the server, until it is to be cut.
    async fn ask(
        &self,
        link: &Link,
        mut orders: watch::Receiver<Orders>,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
    ) -> std::io::Result<()> {
        let (mut buffer, mut held) = (vec![0; 64 * 1024], Vec::new());
        loop {
            tokio::select! {
                biased;
                flows = flowing(&mut orders), if !held.is_empty() => {
                    pass(&std::mem::take(&mut held), flows, &mut to).await?;
                }
                // Also while nothing flows: the client may be gone.
                read = from.read(&mut buffer) => {
                    let request = &buffer[..read?];
                    if request.is_empty() {
                        return Ok(());
                    }
                    match self.trapped(request) {
                        Some(When::Before) => return Ok(()),
                        Some(When::Answered) => link.cut_when_answered.store(true, Ordering::Release),
                        None => {}
                    }
                    held.extend_from_slice(request);
                }
            }
        }
    }

    /// From the server to the client, until it is to be cut.
    async fn answer(
        &self,
        link: &Link,
        mut orders: watch::Receiver<Orders>,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
    ) -> std::io::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = from.read(&mut buffer).await?;
            if read == 0 || link.cut_when_answered.load(Ordering::Acquire) {
                return Ok(());
            }
            let allowed = self.allowed(read);
            let flows = flowing(&mut orders).await;
            pass(&buffer[..allowed], flows, &mut to).await?;
            if allowed < read {
                return Ok(());
            }
        }
    }

    fn trapped(&self, request: &[u8]) -> Option<When> {
        let mut trap = lock(&self.trap);
        let set = trap.as_mut()?;
        let holds = |text: &Vec<u8>| request.windows(text.len()).any(|part| part == text);
        if !set.texts.iter().any(holds) {
            return None;
        }
        let when = set.when;
        set.times -= 1;
        if set.times == 0 {
            *trap = None;
        }
        Some(when)
    }

    fn allowed(&self, bytes: usize) -> usize {
        let mut left = lock(&self.left);
        match *left {
            Some(few) if few < bytes => {
                *left = None;
                few
            }
            Some(many) => {
                *left = Some(many - bytes);
                bytes
            }
            None => bytes,
        }
    }
}

/// Waits until something may pass.
async fn flowing(orders: &mut watch::Receiver<Orders>) -> Orders {
    let flowing = orders.wait_for(|orders| !orders.stalls).await;
    flowing.map_or_else(|_| Orders::default(), |orders| *orders)
}

/// Passes bytes on, in pieces if that is wanted.
async fn pass(bytes: &[u8], orders: Orders, to: &mut OwnedWriteHalf) -> std::io::Result<()> {
    let (first, rest) = match orders.breaks_apart {
        true => bytes.split_at(bytes.len().min(3)),
        false => (bytes, &[][..]),
    };
    to.write_all(first).await?;
    if !rest.is_empty() {
        // Long enough for the other side to read the first piece.
        tokio::time::sleep(std::time::Duration::from_micros(200)).await;
        to.write_all(rest).await?;
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
