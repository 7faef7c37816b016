//! `image(blob)`: a picture, told by its first bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagesize::ImageType;

use super::{Refusal, Rich};

/// How many bytes a refusal quotes.
const QUOTED: usize = 8;

/// A PNG, JPEG, GIF or WebP.
///
/// # Errors
///
/// When the bytes are of none of these.
pub(crate) fn image(bytes: &[u8]) -> Result<Rich, Refusal> {
    let (mime, name) = match imagesize::image_type(bytes) {
        Ok(ImageType::Png) => ("image/png", "PNG"),
        Ok(ImageType::Jpeg) => ("image/jpeg", "JPEG"),
        Ok(ImageType::Gif) => ("image/gif", "GIF"),
        Ok(ImageType::Webp) => ("image/webp", "WebP"),
        _ => return Err(refusal(bytes)),
    };
    let size = match imagesize::blob_size(bytes) {
        Ok(size) => format!("{} x {} pixels", size.width, size.height),
        Err(_) => format!("of {} bytes", bytes.len()),
    };
    let summary = format!("{name} picture, {size}");
    Ok(Rich::new(summary.clone(), summary, [(mime, STANDARD.encode(bytes).into())]))
}

fn refusal(bytes: &[u8]) -> Refusal {
    let first: Vec<String> = bytes.iter().take(QUOTED).map(|byte| format!("{byte:02x}")).collect();
    let found = if first.is_empty() {
        "an empty blob".to_owned()
    } else {
        format!("a blob that begins {}", first.join(" "))
    };
    format!("image takes the bytes of a PNG, JPEG, GIF or WebP, not {found}; svg(text) takes SVG")
}
