//! The outputs of a node as a type: a tuple of what they give, as in Flowno.

use crate::flow::Outputs;
use crate::native::Datum;

/// What all outputs of a node give: a tuple, of one element for most nodes.
pub trait Ports: Sized {
    /// Takes the values out; `None` if they are others.
    fn unpack(outputs: Outputs<Datum>) -> Option<Self>;
}

/// That output `PORT` gives a `T`.
#[diagnostic::on_unimplemented(
    message = "output {PORT} of a node that gives `{Self}` is no `{T}`",
    label = "this input takes `{T}`"
)]
pub trait HasPort<const PORT: usize, T> {}

/// The outputs of a node that is known by name only: they may give anything, and are checked when wired.
#[derive(Debug, Clone, Copy)]
pub enum Unknown {}

#[diagnostic::do_not_recommend]
impl<const PORT: usize, T> HasPort<PORT, T> for Unknown {}

macro_rules! tuples {
    ($($tuple:tt => $($element:ident $port:literal),+;)+) => {$(
        impl<$($element: Clone + 'static),+> Ports for ($($element,)+) {
            fn unpack(outputs: Outputs<Datum>) -> Option<Self> {
                let mut outputs = outputs.into_iter();
                Some(($(outputs.next()?.into_value::<$element>().ok()?,)+))
            }
        }

        $(tuples! { @port $tuple $element $port })+
    )+};
    (@port ($($all:ident)+) $element:ident $port:literal) => {
        #[diagnostic::do_not_recommend]
        impl<$($all),+> HasPort<$port, $element> for ($($all,)+) {}
    };
}

tuples! {
    (A) => A 0;
    (A B) => A 0, B 1;
    (A B C) => A 0, B 1, C 2;
    (A B C D) => A 0, B 1, C 2, D 3;
    (A B C D E) => A 0, B 1, C 2, D 3, E 4;
    (A B C D E F) => A 0, B 1, C 2, D 3, E 4, F 5;
    (A B C D E F G) => A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    (A B C D E F G H) => A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
