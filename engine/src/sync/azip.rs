//! Flowno's `azip`: asynchronous iterators in lockstep.
//!
//! An asynchronous iterator is a [`Stream`] of futures-core, so that what other crates offer can be zipped too, and a zip can
//! be used with their combinators. Each round asks the iterators one after the other, the next only when the one
//! before has given its item, and ends with the first that has none: items that those before it gave in that
//! round are lost, as in Flowno.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

/// Zips a tuple of up to six asynchronous iterators, or a `Vec` of any number of one type.
///
/// ```
/// use flowno_engine::event_loop::EventLoop;
/// use flowno_engine::sync::{AsyncQueue, azip};
///
/// let pairs = EventLoop::new()?.run_until_complete(async {
///     let (numbers, letters) = (AsyncQueue::new(None), AsyncQueue::new(None));
///     for number in 1..=3 {
///         numbers.put(number).await?;
///     }
///     for letter in ["a", "b"] {
///         letters.put(letter).await?;
///     }
///     letters.close();
///     let mut zip = azip((numbers.items(), letters.items()));
///     let mut pairs = Vec::new();
///     while let Some(pair) = zip.next().await {
///         pairs.push(pair);
///     }
///     Ok::<_, flowno_engine::sync::QueueClosedError>(pairs)
/// })??;
/// assert_eq!(pairs, [(1, "a"), (2, "b")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn azip<Z: Zip>(iterators: Z) -> Azip<Z> {
    Azip { iterators: Some(iterators), round: Z::Round::default() }
}

/// See [`azip`].
pub struct Azip<Z: Zip> {
    /// `None` once one of them has ended.
    iterators: Option<Z>,
    /// The items that this round has so far.
    round: Z::Round,
}

impl<Z: Zip> Azip<Z> {
    /// The next round; `None` once one iterator has ended. Dropped half-way, it goes on where it was.
    pub async fn next(&mut self) -> Option<Z::Items> {
        poll_fn(|cx| self.poll_round(cx)).await
    }

    fn poll_round(&mut self, cx: &mut Context<'_>) -> Poll<Option<Z::Items>> {
        let Some(iterators) = &mut self.iterators else { return Poll::Ready(None) };
        let items = ready!(iterators.poll_round(&mut self.round, cx));
        if items.is_none() {
            self.iterators = None;
            self.round = Z::Round::default();
        }
        Poll::Ready(items)
    }
}

// Nothing in it is pinned: the iterators are `Unpin`, and items are only moved.
impl<Z: Zip> Unpin for Azip<Z> {}

impl<Z: Zip> Stream for Azip<Z> {
    type Item = Z::Items;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Z::Items>> {
        self.poll_round(cx)
    }
}

/// What [`azip`] zips: tuples of streams, and `Vec`s of them.
pub trait Zip: private::Sealed {
    /// One item of each.
    type Items;
    /// Items of a round that is not complete.
    #[doc(hidden)]
    type Round: Default;

    #[doc(hidden)]
    fn poll_round(&mut self, round: &mut Self::Round, cx: &mut Context<'_>) -> Poll<Option<Self::Items>>;
}

mod private {
    /// Only the implementations here know how to go on with a round.
    pub trait Sealed {}
}

macro_rules! zip_tuple {
    ($($stream:ident $index:tt),+) => {
        impl<$($stream: Stream + Unpin),+> private::Sealed for ($($stream,)+) {}

        impl<$($stream: Stream + Unpin),+> Zip for ($($stream,)+) {
            type Items = ($($stream::Item,)+);
            type Round = ($(Option<$stream::Item>,)+);

            fn poll_round(
                &mut self,
                round: &mut Self::Round,
                cx: &mut Context<'_>,
            ) -> Poll<Option<Self::Items>> {
                $(if round.$index.is_none() {
                    match ready!(Pin::new(&mut self.$index).poll_next(cx)) {
                        Some(item) => round.$index = Some(item),
                        None => return Poll::Ready(None),
                    }
                })+
                let complete = ($(round.$index.take(),)+);
                Poll::Ready(match complete {
                    #[allow(non_snake_case)] // the variables are called as their types
                    ($(Some($stream),)+) => Some(($($stream,)+)),
                    _ => None,
                })
            }
        }
    };
}

zip_tuple!(A 0);
zip_tuple!(A 0, B 1);
zip_tuple!(A 0, B 1, C 2);
zip_tuple!(A 0, B 1, C 2, D 3);
zip_tuple!(A 0, B 1, C 2, D 3, E 4);
zip_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

impl<S: Stream + Unpin> private::Sealed for Vec<S> {}

/// A `Vec` of none ends at once.
impl<S: Stream + Unpin> Zip for Vec<S> {
    type Items = Vec<S::Item>;
    type Round = Vec<S::Item>;

    fn poll_round(&mut self, round: &mut Self::Round, cx: &mut Context<'_>) -> Poll<Option<Self::Items>> {
        while let Some(stream) = self.get_mut(round.len()) {
            match ready!(Pin::new(stream).poll_next(cx)) {
                Some(item) => round.push(item),
                None => return Poll::Ready(None),
            }
        }
        Poll::Ready(if self.is_empty() { None } else { Some(std::mem::take(round)) })
    }
}
