//! Judging a server's certificate as libpq does.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

/// Whether the certificate must be for the host that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Checked,
    Ignored,
}

/// Judges the certificate; that the server holds its key is checked in any case.
#[derive(Debug)]
pub(super) struct Verifier {
    algorithms: WebPkiSupportedAlgorithms,
    chain: Option<Chain>,
}

#[derive(Debug)]
struct Chain {
    inner: Arc<WebPkiServerVerifier>,
    names: Names,
    roots: Vec<CertificateDer<'static>>,
}

impl Verifier {
    /// Takes any certificate.
    pub(super) fn trusting(provider: &CryptoProvider) -> Self {
        Self {
            algorithms: provider.signature_verification_algorithms,
            chain: None,
        }
    }

    /// Takes certificates that `inner` takes, and those that are themselves among `roots`.
    pub(super) fn checking(
        inner: Arc<WebPkiServerVerifier>,
        names: Names,
        roots: Vec<CertificateDer<'static>>,
    ) -> Self {
        let provider = rustls::crypto::ring::default_provider();
        Self {
            algorithms: provider.signature_verification_algorithms,
            chain: Some(Chain {
                inner,
                names,
                roots,
            }),
        }
    }
}

impl Chain {
    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        let no_ocsp = &[];
        let verdict = self
            .inner
            .verify_server_cert(certificate, intermediates, host, no_ocsp, now);
        match verdict {
            Ok(_) => Ok(()),
            // The name is looked at last: the chain is in order.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.names == Names::Ignored => Ok(()),
            Err(error) if self.is_own_authority(certificate, &error) => match self.names {
                Names::Ignored => Ok(()),
                Names::Checked => {
                    verify_server_name(&ParsedCertificate::try_from(certificate)?, host)
                }
            },
            Err(error) => Err(error),
        }
    }

    /// A self-signed certificate made the way that PostgreSQL's manual shows (section 19.9.5) is
    /// marked as an authority's. `webpki` refuses to meet an authority as a server, after it has
    /// checked the dates; libpq takes it when the very same certificate is in `sslrootcert`.
    fn is_own_authority(&self, certificate: &CertificateDer<'_>, error: &Error) -> bool {
        let Error::InvalidCertificate(CertificateError::Other(reason)) = error else {
            return false;
        };
        // The type of the reason belongs to a crate that rustls doesn't re-export.
        format!("{reason:?}").contains("CaUsedAsEndEntity") && self.roots.contains(certificate)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(chain) = &self.chain {
            chain.verify(certificate, intermediates, host, now)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::RootCertStore;
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    const YEAR: Duration = Duration::from_secs(31_557_600);

    /// Judges the self-signed certificate of an authority against itself, `years` after 1970.
    fn verdict(names: Names, host: &'static str, years: u32) -> Result<(), Error> {
        let own = CertificateDer::from_pem_slice(include_bytes!("stranger.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut store = RootCertStore::empty();
        store.add(own.clone()).unwrap();
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider);
        let inner = inner.build().unwrap();
        let verifier = Verifier::checking(inner, names, vec![own.clone()]);
        let host = ServerName::try_from(host).unwrap();
        let now = UnixTime::since_unix_epoch(YEAR * years);
        verifier
            .verify_server_cert(&own, &[], &host, &[], now)
            .map(|_| ())
    }

    #[test]
    fn an_authority_that_is_its_own_server() {
        assert_eq!(verdict(Names::Ignored, "other.invalid", 60), Ok(()));
        assert_eq!(verdict(Names::Checked, "stranger.invalid", 60), Ok(()));
        assert!(verdict(Names::Checked, "other.invalid", 60).is_err());
    }

    #[test]
    fn an_expired_one_is_refused() {
        assert!(verdict(Names::Ignored, "stranger.invalid", 20).is_err());
        assert!(verdict(Names::Ignored, "stranger.invalid", 200).is_err());
    }
}
