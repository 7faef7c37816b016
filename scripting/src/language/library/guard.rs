//! Functions that are refused beyond a size.
//!
//! What each costs a byte, an element or an entry was measured once on values of a million of them; the bound keeps a
//! call at about 50 ms on a slow machine. A guard counts and then calls Rhai's own function.

use std::any::TypeId;
use std::ops::{Range, RangeInclusive};
use std::rc::Rc;

use rhai::{
    Array, Blob, Dynamic, Engine, EvalAltResult, FuncRegistration, GlobalRuntimeState, INT, ImmutableString,
    Map, Module, NativeCallContext, RhaiFunc,
};

use super::Result;
use super::portion::Portion;
use crate::report::error_map;

/// Elements, counted through all that is nested, that are copied or let go of: up to 40 ns each.
pub(crate) const ELEMENTS_MAX: usize = 1 << 20;

/// Elements that are moved elsewhere: up to 5 ns each.
const MOVED_MAX: usize = 8 << 20;

/// Bytes of a text that is gone through character by character with something done to each: 5 to 20 ns each.
pub(crate) const WALKED_TEXT_MAX: usize = 4 << 20;

/// Bytes of a text that is searched: about 1 ns each.
pub(crate) const SEARCHED_TEXT_MAX: usize = 32 << 20;

/// Bytes of a blob that is written: up to a GB a second when the memory is fresh.
pub(crate) const BLOB_MAX: usize = 64 << 20;

/// What of the arguments counts.
#[derive(Clone, Copy)]
enum Size {
    /// All elements of all arguments, however deep.
    Elements,
    /// Those of all arguments but the first, which are put into it.
    Added,
    /// Those of a portion of the first argument that is copied.
    Copied,
    /// Those of a portion of the first argument that is let go of, and those of what takes its place.
    Replaced,
    /// The first argument's elements themselves, some of which are moved.
    Moved,
    /// The number of entries of the first argument.
    Entries,
    /// The first argument's bytes.
    WalkedText,
    SearchedText,
    /// The first argument's bytes, or the number of bytes wanted.
    BlobBytes,
}

impl Size {
    fn most(self) -> usize {
        match self {
            Self::Elements | Self::Added | Self::Copied | Self::Replaced | Self::Entries => ELEMENTS_MAX,
            Self::Moved => MOVED_MAX,
            Self::WalkedText => WALKED_TEXT_MAX,
            Self::SearchedText => SEARCHED_TEXT_MAX,
            Self::BlobBytes => BLOB_MAX,
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::Elements | Self::Added | Self::Copied | Self::Replaced | Self::Moved => "elements",
            Self::Entries => "entries",
            Self::WalkedText | Self::SearchedText => "bytes of text",
            Self::BlobBytes => "bytes",
        }
    }

    /// How many elements are counted, which stops above the bound.
    fn counted(self, count: impl FnOnce(&mut usize)) -> usize {
        let mut left = self.most() + 1;
        count(&mut left);
        self.most() + 1 - left
    }

    /// What the arguments have of it, as far as it can be told without going through more than is allowed.
    fn of(self, arguments: &[&mut Dynamic]) -> usize {
        match self {
            Self::Elements => {
                self.counted(|left| arguments.iter().for_each(|argument| count(argument, left)))
            }
            Self::Added => {
                self.counted(|left| arguments[1..].iter().for_each(|argument| count(argument, left)))
            }
            Self::Copied => self.counted(|left| count_portion(arguments, left)),
            Self::Replaced => self.counted(|left| {
                arguments[1..].iter().for_each(|argument| count(argument, left));
                count_portion(arguments, left);
            }),
            Self::Moved => arguments[0].read_lock::<Array>().map_or(0, |array| array.len()),
            Self::Entries => arguments[0].read_lock::<Map>().map_or(0, |map| map.len()),
            Self::WalkedText | Self::SearchedText => {
                arguments[0].as_immutable_string_ref().map_or(0, |text| text.len())
            }
            Self::BlobBytes => {
                let wanted =
                    arguments.iter().filter_map(|argument| argument.as_int().ok()).max().unwrap_or(0);
                let has = arguments[0].read_lock::<Blob>().map_or(0, |blob| blob.len());
                has.max(usize::try_from(wanted).unwrap_or(0))
            }
        }
    }
}

/// Takes the elements of the portion of an array that arguments mean from those that are left.
fn count_portion(arguments: &[&mut Dynamic], left: &mut usize) {
    let Some(array) = arguments[0].read_lock::<Array>() else { return };
    let portion = Portion::of(&arguments[1..]).among(array.len());
    *left = left.saturating_sub(portion.len());
    count_all(array[portion].iter(), left);
}

/// Takes the elements of a value from those that are left, and stops when none is.
fn count(value: &Dynamic, left: &mut usize) {
    if let Some(array) = value.read_lock::<Array>() {
        *left = left.saturating_sub(array.len());
        count_all(array.iter(), left);
    } else if let Some(map) = value.read_lock::<Map>() {
        *left = left.saturating_sub(map.len());
        count_all(map.values(), left);
    } else if let Some(blob) = value.read_lock::<Blob>() {
        *left = left.saturating_sub(blob.len() / size_of::<Dynamic>());
    }
}

fn count_all<'a>(values: impl Iterator<Item = &'a Dynamic>, left: &mut usize) {
    for value in values {
        if *left == 0 {
            return;
        }
        count(value, left);
    }
}

/// A guarded function: whether a constant may be its first argument, its name, the types of its arguments.
type Guarded = (Size, bool, &'static str, Vec<TypeId>);

fn guarded() -> Vec<Guarded> {
    use Size::{Added, BlobBytes, Copied, Elements, Entries, Moved, Replaced, SearchedText, WalkedText};
    fn of<T: 'static>() -> TypeId {
        TypeId::of::<T>()
    }
    let (array, map, blob) = (of::<Array>(), of::<Map>(), of::<Blob>());
    let (text, character, int) = (of::<ImmutableString>(), of::<char>(), of::<INT>());
    let (range, closed) = (of::<Range<INT>>(), of::<RangeInclusive<INT>>());
    let mut all = vec![
        (Elements, true, "+", vec![array, array]),
        (Added, false, "append", vec![array, array]),
        (Replaced, false, "splice", vec![array, int, int, array]),
        (Copied, false, "extract", vec![array, int, int]),
        (Copied, false, "extract", vec![array, int]),
        (Moved, false, "drain", vec![array, int, int]),
        (Moved, false, "retain", vec![array, int, int]),
        (Moved, false, "split", vec![array, int]),
        (Entries, true, "keys", vec![map]),
        (Elements, true, "values", vec![map]),
        (WalkedText, true, "to_upper", vec![text]),
        (WalkedText, true, "to_lower", vec![text]),
        (WalkedText, false, "make_upper", vec![text]),
        (WalkedText, false, "make_lower", vec![text]),
        (WalkedText, false, "set", vec![text, int, character]),
        (WalkedText, false, "pop", vec![text, int]),
        (WalkedText, false, "remove", vec![text, text]),
        (WalkedText, false, "remove", vec![text, character]),
        (WalkedText, true, "split", vec![text, int]),
        (WalkedText, true, "chars", vec![text]),
        (WalkedText, true, "chars", vec![text, int]),
        (WalkedText, true, "chars", vec![text, int, int]),
        (WalkedText, true, "get$chars", vec![text]),
        (SearchedText, true, "index_of", vec![text, text]),
        (SearchedText, true, "index_of", vec![text, text, int]),
        (SearchedText, true, "index_of", vec![text, character]),
        (SearchedText, true, "index_of", vec![text, character, int]),
        (BlobBytes, true, "blob", vec![int]),
        (BlobBytes, true, "blob", vec![int, int]),
        (BlobBytes, false, "pad", vec![blob, int, int]),
        (BlobBytes, false, "splice", vec![blob, int, int, blob]),
    ];
    for range in [range, closed] {
        all.extend([
            (Replaced, false, "splice", vec![array, range, array]),
            (Copied, false, "extract", vec![array, range]),
            (Moved, false, "drain", vec![array, range]),
            (Moved, false, "retain", vec![array, range]),
            (WalkedText, true, "chars", vec![text, range]),
            (BlobBytes, false, "splice", vec![blob, range, blob]),
        ]);
    }
    all
}

/// Rhai as it comes, for the calls that a guard lets through.
struct Plain {
    engine: Engine,
    state: GlobalRuntimeState,
}

pub(super) fn register(engine: &mut Engine) {
    let own = Engine::new();
    let plain = Rc::new(Plain { state: own.new_global_runtime_state(), engine: own });
    let mut module = Module::new();
    for (size, is_pure, name, types) in guarded() {
        let plain = plain.clone();
        let guard = move |context: Option<NativeCallContext>, arguments: &mut [&mut Dynamic]| {
            let Some(context) = context else { return Ok(Dynamic::UNIT) };
            check(size, name, &context, arguments)?;
            let position = context.call_position();
            let context =
                NativeCallContext::new_with_all_fields(&plain.engine, name, None, &plain.state, position);
            context.call_native_fn_raw(name, true, arguments)
        };
        FuncRegistration::new(name).in_global_namespace().set_into_module_raw(
            &mut module,
            types,
            RhaiFunc::Method { func: Rc::new(guard), has_context: true, is_pure, is_volatile: false },
        );
    }
    engine.register_global_module(module.into());
}

fn check(size: Size, name: &str, context: &NativeCallContext, arguments: &[&mut Dynamic]) -> Result<()> {
    let most = size.most();
    if size.of(arguments) <= most {
        return Ok(());
    }
    let name = name.trim_start_matches("get$");
    let message = format!("`{name}` takes at most {most} {} at once: work in parts", size.unit());
    Err::<(), Box<EvalAltResult>>(error_map("SizeLimitError", &message, context.call_position()))
}
