//! Numbers, ranges and bits.

use super::{FLOAT, INT, NUMBER};
use crate::words::Word;

const RANGE: &[&str] = &["range"];

pub(in crate::words) const WORDS: &[Word] = &[
    Word::function("abs", "abs(x: number) -> number", "The absolute value.").on(NUMBER),
    Word::function("sign", "sign(x: number) -> int", "-1, 0 or 1.").on(NUMBER),
    Word::function("min", "min(x, y)", "The lesser of two numbers, characters or strings.").on(NUMBER),
    Word::function("max", "max(x, y)", "The greater of two numbers, characters or strings.").on(NUMBER),
    Word::function("sqrt", "sqrt(x: float) -> float", "The square root.").on(FLOAT),
    Word::function("exp", "exp(x: float) -> float", "*e* to the power of x.").on(FLOAT),
    Word::function("ln", "ln(x: float) -> float", "The natural logarithm.").on(FLOAT),
    Word::function(
        "log",
        "log(x: float) -> float\nlog(x: float, base: float) -> float",
        "The logarithm to base 10, or to a base.",
    )
    .on(FLOAT),
    Word::function("sin", "sin(radians: float) -> float", "The sine.").on(FLOAT),
    Word::function("cos", "cos(radians: float) -> float", "The cosine.").on(FLOAT),
    Word::function("tan", "tan(radians: float) -> float", "The tangent.").on(FLOAT),
    Word::function("asin", "asin(x: float) -> float", "The arc sine, in radians.").on(FLOAT),
    Word::function("acos", "acos(x: float) -> float", "The arc cosine, in radians.").on(FLOAT),
    Word::function(
        "atan",
        "atan(x: float) -> float\natan(x: float, y: float) -> float",
        "The arc tangent of x, or of x / y by quadrant.",
    )
    .on(FLOAT),
    Word::function("sinh", "sinh(x: float) -> float", "The hyperbolic sine.").on(FLOAT),
    Word::function("cosh", "cosh(x: float) -> float", "The hyperbolic cosine.").on(FLOAT),
    Word::function("tanh", "tanh(x: float) -> float", "The hyperbolic tangent.").on(FLOAT),
    Word::function("asinh", "asinh(x: float) -> float", "The inverse hyperbolic sine.").on(FLOAT),
    Word::function("acosh", "acosh(x: float) -> float", "The inverse hyperbolic cosine.").on(FLOAT),
    Word::function("atanh", "atanh(x: float) -> float", "The inverse hyperbolic tangent.").on(FLOAT),
    Word::function("hypot", "hypot(x: float, y: float) -> float", "The length of the hypotenuse.").on(FLOAT),
    Word::function("to_degrees", "to_degrees(radians: float) -> float", "Radians as degrees.").on(FLOAT),
    Word::function("to_radians", "to_radians(degrees: float) -> float", "Degrees as radians.").on(FLOAT),
    Word::function("PI", "PI() -> float", "π."),
    Word::function("E", "E() -> float", "Euler's number."),
    Word::function(
        "to_int",
        "to_int(x) -> int",
        "A number or character as a whole number; a fraction is cut off.",
    )
    .on(&["int", "float", "char"]),
    Word::function("to_float", "to_float(x: number) -> float", "A number as a float.").on(NUMBER),
    Word::function(
        "parse_int",
        "parse_int(text: string) -> int\nparse_int(text: string, radix: int) -> int",
        "The whole number that a text writes.",
    )
    .on(&["string"]),
    Word::function("parse_float", "parse_float(text: string) -> float", "The number that a text writes.")
        .on(&["string"]),
    Word::function("to_hex", "to_hex(x: int) -> string", "In base 16.").on(INT),
    Word::function("to_octal", "to_octal(x: int) -> string", "In base 8.").on(INT),
    Word::function("to_binary", "to_binary(x: int) -> string", "In base 2.").on(INT),
    Word::function("floor", "x.floor", "The next whole number below, as a float.").on(FLOAT),
    Word::function("ceiling", "x.ceiling", "The next whole number above, as a float.").on(FLOAT),
    Word::function("round", "x.round", "The nearest whole number, as a float.").on(FLOAT),
    Word::function("int", "x.int", "The number without its fraction, as a float.").on(FLOAT),
    Word::function("fraction", "x.fraction", "What is behind the point.").on(FLOAT),
    Word::function("is_nan", "x.is_nan", "Whether it is not a number.").on(FLOAT),
    Word::function("is_finite", "x.is_finite", "Whether it is neither infinite nor not a number.").on(FLOAT),
    Word::function("is_infinite", "x.is_infinite", "Whether it is infinite.").on(FLOAT),
    Word::function("is_zero", "x.is_zero", "Whether it is zero.").on(NUMBER),
    Word::function("is_even", "x.is_even", "Whether it is even.").on(INT),
    Word::function("is_odd", "x.is_odd", "Whether it is odd.").on(INT),
    Word::method(INT, "get_bit", "x.get_bit(bit: int) -> bool", "Whether a bit is set; -1 is the highest."),
    Word::method(INT, "set_bit", "x.set_bit(bit: int, value: bool)", "Sets or clears a bit."),
    Word::method(
        INT,
        "get_bits",
        "x.get_bits(start: int, count: int) -> int\nx.get_bits(range) -> int",
        "Some bits as a number.",
    ),
    Word::method(
        INT,
        "set_bits",
        "x.set_bits(start: int, count: int, value: int)\nx.set_bits(range, value: int)",
        "Replaces some bits.",
    ),
    Word::method(INT, "bits", "x.bits\nx.bits(start: int)\nx.bits(range)", "The bits in turn, for `for`."),
    Word::function(
        "range",
        "range(from: int, to: int)\nrange(from, to, step)",
        "The numbers from `from` to before `to`, for `for`; also of floats and of characters.",
    )
    .example("for x in range(0, 10, 2) { print(x); }"),
    Word::method(RANGE, "start", "r.start", "Where a range begins."),
    Word::method(RANGE, "end", "r.end", "Where a range ends."),
    Word::method(RANGE, "is_exclusive", "r.is_exclusive", "Whether the range is `a..b`."),
    Word::method(RANGE, "is_inclusive", "r.is_inclusive", "Whether the range is `a..=b`."),
];
