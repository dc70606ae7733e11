//! A connection as the HTTP server sees it, watched from below.
//!
//! Three things happen under the application, where no middleware comes: a head that cannot be read is refused with an
//! empty answer, which is given the form of every other problem here; a head that is not the connection's first has no
//! deadline, so it gets one; and a reader that stops reading would hold its answer for ever, so it is let go.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::rt::net::TcpStream;
use actix_web::web::Bytes;
use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::HEAD;
use super::refusal::{self, Bare, HEAD_BYTES};
use crate::app::App;

/// How long a caller may go without taking anything of its answer.
const READING: Duration = Duration::from_secs(30);

/// How long a connection that was refused is read on, so that the answer is not lost: a connection that is closed with
/// something unread is reset, and the caller's system then throws away what it has not read yet.
const LINGER: Duration = Duration::from_secs(1);

/// What the application tells the connection: whether it is answering.
#[derive(Debug)]
pub struct Traffic {
    answering: Cell<u32>,
    quiet_since: Cell<Instant>,
    /// Set when an answer is complete, so that the next bytes are seen as the beginning of a head.
    is_anew: Cell<bool>,
    has_answered: Cell<bool>,
}

/// Held while a request is answered, to the last byte of its body.
#[derive(Debug)]
pub struct Answering(Rc<Traffic>);

impl Answering {
    /// From now on the application is answering.
    #[must_use]
    pub fn begin(traffic: &Rc<Traffic>) -> Self {
        traffic.answering.set(traffic.answering.get() + 1);
        Self(traffic.clone())
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let Traffic { answering, quiet_since, is_anew, has_answered } = &*self.0;
        answering.set(answering.get().saturating_sub(1));
        quiet_since.set(Instant::now());
        is_anew.set(true);
        has_answered.set(true);
    }
}

pin_project! {
    /// A body that is being answered until it is gone.
    pub struct Told<B> {
        #[pin]
        body: B,
        answering: Option<Answering>,
    }
}

impl<B> Told<B> {
    /// Lasts as long as the body.
    pub const fn new(body: B, answering: Option<Answering>) -> Self {
        Self { body, answering }
    }
}

impl<B: MessageBody> MessageBody for Told<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, B::Error>>> {
        self.project().body.poll_next(cx)
    }

    fn try_into_bytes(self) -> Result<Bytes, Self> {
        let Self { body, answering } = self;
        body.try_into_bytes().map_err(|body| Self { body, answering })
    }
}

/// A connection.
pub struct Line {
    /// Gone only when it is being closed.
    stream: Option<TcpStream>,
    app: Arc<App>,
    traffic: Rc<Traffic>,
    /// The beginning of the head that is arriving, to tell why it was refused.
    head: Vec<u8>,
    is_head_complete: bool,
    /// What is said in place of the server's bare refusal, as far as it is not sent yet.
    refusal: Vec<u8>,
    is_refused: bool,
    is_cut: bool,
    stalled_since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Line {
    /// A connection that was just accepted.
    #[must_use]
    pub fn new(stream: TcpStream, app: Arc<App>) -> Self {
        let traffic = Traffic {
            answering: Cell::new(0),
            quiet_since: Cell::new(Instant::now()),
            is_anew: Cell::new(false),
            has_answered: Cell::new(false),
        };
        Self {
            stream: Some(stream),
            app,
            traffic: Rc::new(traffic),
            head: Vec::new(),
            is_head_complete: false,
            refusal: Vec::new(),
            is_refused: false,
            is_cut: false,
            stalled_since: None,
            alarm: None,
        }
    }

    /// What the application tells the connection.
    #[must_use]
    pub fn traffic(&self) -> Rc<Traffic> {
        self.traffic.clone()
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Notes what arrived, and gives false if the first head has become too long. After an answer, what arrives may be
    /// the rest of a body that was answered before its end; a head there has the server's own limit, of 128 KiB.
    fn note(&mut self, arrived: &[u8]) -> bool {
        if self.traffic.answering.get() > 0 {
            return true;
        }
        let head = &mut self.head;
        if self.traffic.is_anew.replace(false) {
            head.clear();
            self.is_head_complete = false;
        }
        if self.is_head_complete {
            return true;
        }
        if head.is_empty() {
            self.traffic.quiet_since.set(Instant::now());
        }
        let from = head.len().saturating_sub(3);
        let room = (HEAD_BYTES + 1).saturating_sub(head.len());
        head.extend_from_slice(&arrived[..arrived.len().min(room)]);
        self.is_head_complete = refusal::ends(&head[from..]);
        self.is_head_complete || head.len() <= HEAD_BYTES || self.traffic.has_answered.get()
    }

    /// Whether the time is up for a head that is not the first (the server watches the first itself).
    fn is_overdue(&mut self, cx: &mut Context<'_>) -> bool {
        let is_waiting = self.traffic.answering.get() == 0 && self.traffic.has_answered.get();
        let is_beginning = self.is_head_complete && !self.traffic.is_anew.get();
        if !is_waiting || is_beginning || self.stalled_since.is_some() {
            return false;
        }
        // The clock of an idle connection starts with its last answer, and starts again with the first byte of a head.
        self.rings(cx, self.traffic.quiet_since.get() + HEAD + Duration::from_millis(200))
    }

    /// Whether that moment has come. One alarm serves all moments, so that a request costs none.
    fn rings(&mut self, cx: &mut Context<'_>, at: Instant) -> bool {
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if alarm.deadline() > at {
            alarm.as_mut().reset(at);
        }
        while alarm.as_mut().poll(cx).is_ready() {
            if Instant::now() >= at {
                return true;
            }
            alarm.as_mut().reset(at);
        }
        false
    }

    /// Refuses by itself what the server would go on reading, and hears no more.
    fn refuse(&mut self, bare: &Bare<'_>) {
        self.refusal = refusal::answer(bare, &self.head, &self.app);
        (self.is_refused, self.is_cut) = (true, true);
    }

    /// Sends what is left of the refusal.
    fn poll_refusal(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.refusal.is_empty() {
            let Some(stream) = self.stream.as_mut() else { return Poll::Ready(Ok(())) };
            let n = ready!(Pin::new(stream).poll_write(cx, &self.refusal))?;
            if n == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.refusal.drain(..n);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.is_cut {
            return Poll::Ready(Ok(()));
        }
        let before = into.filled().len();
        match self.stream()?.poll_read(cx, into) {
            Poll::Ready(Ok(())) => {
                if !self.note(&into.filled()[before..]) {
                    into.set_filled(before);
                    self.refuse(&Bare::too_large());
                }
                Poll::Ready(Ok(()))
            }
            Poll::Pending if self.is_overdue(cx) => {
                self.is_cut = true;
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut bytes = bytes;
        // While the application answers, what is written is its own, whatever it looks like.
        let is_its_own = self.traffic.answering.get() > 0;
        if let Some(at) = refusal::begins_at(bytes).filter(|_| !is_its_own) {
            if at > 0 {
                // The answers before it go first; the server comes back with the rest.
                bytes = &bytes[..at];
            } else if let Some(bare) = Bare::read(bytes) {
                if !self.is_refused {
                    self.refusal = refusal::answer(&bare, &self.head, &self.app);
                    self.is_refused = true;
                }
                ready!(self.poll_refusal(cx))?;
                return Poll::Ready(Ok(bytes.len()));
            }
        }
        match self.stream()?.poll_write(cx, bytes) {
            Poll::Pending => {
                let since = *self.stalled_since.get_or_insert_with(Instant::now);
                if self.rings(cx, since + READING) { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { Poll::Pending }
            }
            written => {
                if self.stalled_since.take().is_some() {
                    self.traffic.quiet_since.set(Instant::now());
                }
                written
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_refusal(cx))?;
        self.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_refusal(cx))?;
        self.stream()?.poll_shutdown(cx)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Some(mut stream) = self.stream.take().filter(|_| self.is_refused) else { return };
        let rest = std::mem::take(&mut self.refusal);
        actix_web::rt::spawn(async move {
            let linger = async {
                stream.write_all(&rest).await?;
                stream.shutdown().await?;
                let mut unread = [0; 4_096];
                while stream.read(&mut unread).await? > 0 {}
                io::Result::Ok(())
            };
            let _ = tokio::time::timeout(LINGER, linger).await;
        });
    }
}
