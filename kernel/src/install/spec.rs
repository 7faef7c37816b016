//! The kernelspec's files.

use serde_json::{Value, json};

use super::InstallError;

/// The kernel's name in Jupyter unless the user gives another.
pub const DEFAULT_NAME: &str = "flowno";

const KERNEL_JSON: &str = include_str!("../../../kernelspec/kernel.json");
const LOGO_32: &[u8] = include_bytes!("../../../kernelspec/logo-32x32.png");
const LOGO_64: &[u8] = include_bytes!("../../../kernelspec/logo-64x64.png");
const LOGO_SVG: &[u8] = include_bytes!("../../../kernelspec/logo-svg.svg");

/// The name as Jupyter compares it, in lower case.
pub(super) fn checked_name(name: &str) -> Result<String, InstallError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(allowed) {
        return Err(InstallError::Name(name.to_owned()));
    }
    Ok(name.to_ascii_lowercase())
}

/// Names and contents, in the order in which they are to be written.
pub(super) fn files(program: &str, name: &str) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("logo-32x32.png", LOGO_32.to_vec()),
        ("logo-64x64.png", LOGO_64.to_vec()),
        ("logo-svg.svg", LOGO_SVG.to_vec()),
        ("kernel.json", kernel_json(program, name).into_bytes()),
    ]
}

fn kernel_json(program: &str, name: &str) -> String {
    let mut spec: Value = serde_json::from_str(KERNEL_JSON).expect("a test parses the embedded file");
    spec["argv"][0] = json!(program);
    if name != DEFAULT_NAME {
        // Two kernels of one display name could not be told apart in a launcher.
        spec["display_name"] = json!(format!("Flowno ({name})"));
    }
    format!("{spec:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_named_by_its_path() {
        let spec: Value = serde_json::from_str(&kernel_json("/opt/flowno", "flowno")).unwrap();
        assert_eq!(spec["argv"], json!(["/opt/flowno", "kernel", "--connection-file", "{connection_file}"]));
        assert_eq!(spec["display_name"], "Flowno");
        assert_eq!(spec["language"], "rhai");
        assert_eq!(spec["interrupt_mode"], "message");
    }

    #[test]
    fn another_name_shows_in_the_launcher() {
        let spec: Value = serde_json::from_str(&kernel_json("/opt/flowno", "nightly")).unwrap();
        assert_eq!(spec["display_name"], "Flowno (nightly)");
    }

    #[test]
    fn names_that_jupyter_refuses() {
        for bad in ["", "a b", "../x", ".hidden", "a/b", "ü"] {
            assert!(matches!(checked_name(bad), Err(InstallError::Name(_))), "{bad}");
        }
        assert_eq!(checked_name("Flowno-2.x_y").unwrap(), "flowno-2.x_y");
    }
}
