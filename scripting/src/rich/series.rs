//! What `plot` is given, as series of points.

use rhai::{Array, Dynamic, Map};

use super::Refusal;
use crate::display::value_text;
use crate::report::printable;

/// How many points a series is drawn with: more than a plot has columns of pixels.
pub(super) const POINTS_MAX: usize = 2_000;

/// How many series a plot has at most: more than can be told apart.
const SERIES_MAX: usize = 20;

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Line,
    Points,
    Bars,
    Area,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Line, Self::Points, Self::Bars, Self::Area];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Points => "points",
            Self::Bars => "bars",
            Self::Area => "area",
        }
    }
}

/// A named series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    /// Empty for the only series of a plot that names none.
    pub(super) name: String,
    /// Thinned to [`POINTS_MAX`].
    pub(super) points: Vec<(f64, f64)>,
    /// How many there were.
    pub(super) points_in_all: usize,
}

/// A whole plot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chart {
    pub(super) kind: Kind,
    pub(super) title: String,
    pub(super) x_label: String,
    pub(super) y_label: String,
    pub(super) series: Vec<Series>,
}

impl Chart {
    fn new() -> Self {
        let (title, x_label, y_label) = Default::default();
        Self { kind: Kind::Line, title, x_label, y_label, series: Vec::new() }
    }

    /// `plot(ys)`: an array of numbers or of pairs `[x, y]`, or a map of series and options.
    ///
    /// # Errors
    ///
    /// When the value is none of these.
    pub(crate) fn of(value: &Dynamic) -> Result<Self, Refusal> {
        let mut chart = Self::new();
        if let Some(ys) = value.read_lock::<Array>() {
            chart.add("", None, &ys)?;
            return Ok(chart);
        }
        let Some(map) = value.read_lock::<Map>() else {
            return Err(format!(
                "plot takes arrays of numbers or a map of such series, not {}",
                value_text(value)
            ));
        };
        let xs = map.get("x").filter(|x| x.is_array());
        for (name, value) in map.iter() {
            match (name.as_str(), value.read_lock::<Array>()) {
                ("x", Some(_)) => {}
                (name, Some(ys)) => chart.add(name, xs, &ys)?,
                (name, None) => chart.set(name, value)?,
            }
        }
        if chart.series.is_empty() {
            return Err("plot found no series: name one, as in plot(#{ speed: [1, 2, 3] })".to_owned());
        }
        Ok(chart)
    }

    /// `plot(xs, ys)`.
    ///
    /// # Errors
    ///
    /// When they are not arrays of numbers of one length.
    pub(crate) fn of_pair(xs: &Dynamic, ys: &Dynamic) -> Result<Self, Refusal> {
        let mut chart = Self::new();
        match ys.read_lock::<Array>() {
            Some(ys) => chart.add("", Some(xs), &ys)?,
            None => return Err(format!("plot takes arrays of numbers, not {}", value_text(ys))),
        }
        Ok(chart)
    }

    fn set(&mut self, option: &str, value: &Dynamic) -> Result<(), Refusal> {
        let text = value.as_immutable_string_ref().map(|text| text.to_string());
        let text = text.map_err(|_| {
            format!(
                "plot's {option} is an array of numbers, or one of the options kind, title, x_label, y_label"
            )
        })?;
        match option {
            "kind" => {
                self.kind = Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
                    format!("plot's kind is \"line\", \"points\", \"bars\" or \"area\", not {text:?}")
                })?;
            }
            "title" => self.title = printable(&text),
            "x_label" => self.x_label = printable(&text),
            "y_label" => self.y_label = printable(&text),
            _ => return Err(format!("plot has no option {option}; it has kind, title, x_label, y_label")),
        }
        Ok(())
    }

    fn add(&mut self, name: &str, xs: Option<&Dynamic>, ys: &Array) -> Result<(), Refusal> {
        if self.series.len() == SERIES_MAX {
            return Err(format!("a plot has at most {SERIES_MAX} series"));
        }
        let points = match xs {
            Some(xs) => with_xs(xs, ys)?,
            None => ys.iter().enumerate().map(|(index, y)| pair(index, y)).collect::<Result<_, _>>()?,
        };
        let points_in_all = points.len();
        self.series.push(Series { name: printable(name), points: thinned(points), points_in_all });
        Ok(())
    }
}

fn with_xs(xs: &Dynamic, ys: &Array) -> Result<Vec<(f64, f64)>, Refusal> {
    let Some(xs) = xs.read_lock::<Array>() else {
        return Err(format!("plot takes arrays of numbers, not {}", value_text(xs)));
    };
    if xs.len() != ys.len() {
        return Err(format!("plot takes as many x as y: here are {} and {}", xs.len(), ys.len()));
    }
    xs.iter().zip(ys).map(|(x, y)| Ok((number(x)?, number(y)?))).collect()
}

/// A number at its place in the array, or a pair `[x, y]`.
fn pair(index: usize, value: &Dynamic) -> Result<(f64, f64), Refusal> {
    match value.read_lock::<Array>() {
        Some(pair) => match &pair[..] {
            [x, y] => Ok((number(x)?, number(y)?)),
            _ => Err(format!("a point of a plot is a number or a pair [x, y], not {}", value_text(value))),
        },
        None => Ok((index as f64, number(value)?)),
    }
}

/// Units and what is not finite are gaps.
fn number(value: &Dynamic) -> Result<f64, Refusal> {
    if let Ok(number) = value.as_float() {
        return Ok(number);
    }
    if let Ok(number) = value.as_int() {
        return Ok(number as f64);
    }
    if value.is_unit() {
        return Ok(f64::NAN);
    }
    Err(format!("plot takes numbers, and {} is none", value_text(value)))
}

/// At most [`POINTS_MAX`] points: the least and the greatest of each stretch, so that no peak is lost.
fn thinned(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if points.len() <= POINTS_MAX {
        return points;
    }
    let stretch = points.len().div_ceil(POINTS_MAX / 2);
    let mut kept = Vec::with_capacity(POINTS_MAX);
    for part in points.chunks(stretch) {
        let by_y = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let finite = || part.iter().filter(|(_, y)| y.is_finite());
        match (finite().min_by(by_y), finite().max_by(by_y)) {
            (Some(least), Some(greatest)) if std::ptr::eq(least, greatest) => kept.push(*least),
            (Some(least), Some(greatest)) if std::ptr::from_ref(least) < std::ptr::from_ref(greatest) => {
                kept.extend([*least, *greatest]);
            }
            (Some(least), Some(greatest)) => kept.extend([*greatest, *least]),
            _ => kept.extend(part.first()),
        }
    }
    kept
}
