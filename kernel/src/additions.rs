//! What a host brings along.

use std::collections::HashMap;

use flowno_scripting::NativeType;

use crate::comm::CommTarget;

/// What a host adds to the kernel.
#[derive(Default)]
pub struct Additions {
    pub(crate) natives: Vec<NativeType>,
    pub(crate) comm_targets: HashMap<String, CommTarget>,
}
