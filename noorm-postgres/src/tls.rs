//! Encrypted connections, and how much of the server's certificate is verified.
//!
//! | sslmode | encrypted | certificate |
//! |---|---|---|
//! | `disable` | no | |
//! | `allow` | where the server insists | any |
//! | `prefer` | where the server can | any |
//! | `require` | yes | any; with `sslrootcert` as `verify-ca` (so does libpq) |
//! | `verify-ca` | yes | of a known authority |
//! | `verify-full` | yes | of a known authority, for this host |

mod verifier;

use std::sync::Arc;

use noorm_core::{Error, ErrorKind, Result};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::{Config, RootCertificates, SslMode};
use crate::error;
use verifier::{Names, Verifier};

/// What a connection's background task runs.
pub(crate) type Background =
    tokio_postgres::Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Makes what encrypts connections, once for all of a pool; cancelling a statement needs it too.
///
/// It reads certificates from disk, if the mode verifies any.
///
/// # Errors
/// [`ErrorKind::Tls`] if the file of `sslrootcert` can't be read or holds no certificate, or the
/// system has none.
pub(crate) fn connector(config: &Config) -> Result<MakeRustlsConnect> {
    // The provider is named, so that other providers in the same program don't make rustls panic.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = match (config.ssl_mode, &config.root_certificates) {
        (SslMode::Disable | SslMode::Allow | SslMode::Prefer, _)
        | (SslMode::Require, RootCertificates::Default) => Verifier::trusting(&provider),
        (SslMode::VerifyFull, roots) => verifying(roots, Names::Checked, &provider)?,
        (_, roots) => verifying(roots, Names::Ignored, &provider)?,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| Error::new(ErrorKind::Tls, "TLS can't be set up").with_source(cause))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Connects within `connect_timeout`.
///
/// With `prefer`, a server that can't or won't agree on encryption is talked to without; with `allow`,
/// one that refuses to be talked to without is talked to with it.
///
/// # Errors
/// As [`error::connecting`] says.
pub(crate) async fn connect(
    config: &Config,
    connector: &MakeRustlsConnect,
) -> Result<(Client, Background)> {
    let attempt = async {
        match config.driver.connect(connector.clone()).await {
            Err(cause) if config.ssl_mode == SslMode::Prefer && error::is_tls(&cause) => {
                let mut plain = config.driver.clone();
                plain.ssl_mode(tokio_postgres::config::SslMode::Disable);
                plain.connect(connector.clone()).await
            }
            // No line of pg_hba.conf is for it; one for encrypted connections may be.
            Err(cause)
                if config.ssl_mode == SslMode::Allow
                    && cause.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) =>
            {
                let mut encrypted = config.driver.clone();
                encrypted.ssl_mode(tokio_postgres::config::SslMode::Require);
                // Where the server has no encryption, its first answer says more.
                encrypted
                    .connect(connector.clone())
                    .await
                    .map_err(|second| {
                        if error::is_tls(&second) {
                            cause
                        } else {
                            second
                        }
                    })
            }
            outcome => outcome,
        }
    };
    let outcome = match config.connect_timeout {
        Some(limit) => match tokio::time::timeout(limit, attempt).await {
            Ok(outcome) => outcome,
            Err(_) => return Err(error::connect_timeout(config)),
        },
        None => attempt.await,
    };
    outcome.map_err(|cause| error::connecting(cause, config))
}

fn verifying(
    roots: &RootCertificates,
    names: Names,
    provider: &Arc<CryptoProvider>,
) -> Result<Verifier> {
    let certificates = certificates(roots)?;
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates.iter().cloned());
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider))
        .build()
        .map_err(|cause| {
            Error::new(ErrorKind::Tls, "the root certificates can't be used").with_source(cause)
        })?;
    Ok(Verifier::checking(inner, names, certificates))
}

fn certificates(roots: &RootCertificates) -> Result<Vec<CertificateDer<'static>>> {
    let RootCertificates::File(path) = roots else {
        let system = rustls_native_certs::load_native_certs().certs;
        if system.is_empty() {
            return Err(
                Error::new(ErrorKind::Tls, "the system has no root certificates")
                    .with_help("name a file with them: sslrootcert=/path/to/ca.pem"),
            );
        }
        return Ok(system);
    };
    let unreadable = |cause| {
        let message = format!("`sslrootcert` {} can't be read", path.display());
        Error::new(ErrorKind::Tls, message).with_source(cause)
    };
    let found = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(unreadable)?;
    if found.is_empty() {
        let message = format!("`sslrootcert` {} holds no certificate", path.display());
        return Err(Error::new(ErrorKind::Tls, message)
            .with_help("it must be a PEM file with `BEGIN CERTIFICATE` lines"));
    }
    Ok(found)
}

#[cfg(test)]
mod server_tests;
