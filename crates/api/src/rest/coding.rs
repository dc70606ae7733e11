//! Compressed bodies (RFC 9110, section 8.4): gzip (RFC 1952) and zstd (RFC 8878), never larger than their limit.

use std::io::Read;
use std::sync::{Arc, LazyLock};

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_ENCODING;
use actix_web::web::Bytes;
use tokio::sync::Semaphore;

use crate::error::Refused;

/// Bodies that are decompressed at once: however many bombs come, they meet in a queue, and not in memory.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// The largest window of zstd, as a power of two: 8 MiB (RFC 9659).
const WINDOW: u32 = 23;

/// How a body is compressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coding {
    /// Not at all.
    Identity,
    /// By gzip.
    Gzip,
    /// By zstd.
    Zstd,
}

impl Coding {
    /// What the request says of its body.
    ///
    /// # Errors
    /// [`Refused::Coding`] if it is compressed in another way, or more than once.
    pub fn of(request: &HttpRequest) -> Result<Self, Refused> {
        let mut told = request.headers().get_all(CONTENT_ENCODING);
        let (Some(coding), None) = (told.next(), told.next()) else {
            return if request.headers().contains_key(CONTENT_ENCODING) { Err(Refused::Coding) } else { Ok(Self::Identity) };
        };
        match coding.to_str().unwrap_or("").trim().to_ascii_lowercase().as_str() {
            "identity" | "" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "zstd" => Ok(Self::Zstd),
            _ => Err(Refused::Coding),
        }
    }

    /// The body as it was before it was compressed; no more than `limit` bytes of it are ever made.
    ///
    /// # Errors
    /// [`Refused::TooLarge`], or [`Refused::BadCoding`] if it is not compressed so.
    pub async fn decoded(self, bytes: Bytes, limit: usize) -> Result<Bytes, Refused> {
        if self == Self::Identity {
            return Ok(bytes);
        }
        // Refused only when closed, which nobody does.
        let turn = TURNS.clone().acquire_owned().await;
        // The turn is the work's own: whoever hangs up leaves it running.
        let decode = move || {
            let _kept = turn;
            self.decode(bytes, limit)
        };
        tokio::task::spawn_blocking(decode).await.unwrap_or(Err(Refused::BadCoding))
    }

    fn decode(self, bytes: Bytes, limit: usize) -> Result<Bytes, Refused> {
        match self {
            Self::Identity => Ok(bytes),
            Self::Gzip => all(flate2::bufread::MultiGzDecoder::new(&*bytes), limit),
            Self::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(&*bytes).map_err(|_| Refused::BadCoding)?;
                decoder.window_log_max(WINDOW).map_err(|_| Refused::BadCoding)?;
                all(decoder, limit)
            }
        }
    }
}

fn all(decoder: impl Read, limit: usize) -> Result<Bytes, Refused> {
    let mut whole = Vec::new();
    decoder.take(limit as u64 + 1).read_to_end(&mut whole).map_err(|_| Refused::BadCoding)?;
    if whole.len() > limit { Err(Refused::TooLarge { limit }) } else { Ok(whole.into()) }
}
