//! How much scripts may take. Each bound is a named constant, can be set, and has an error of its own.

/// Bounds of one session. What a bound is for stands at its constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory, as far as [`CountingAllocator`](crate::CountingAllocator) is the program's allocator.
    pub memory: usize,
    /// Levels of script functions that call each other.
    pub call_levels: usize,
    /// Levels of expressions in a cell's statements.
    pub expression_depth: usize,
    /// Levels of expressions in a function or a node's body.
    pub function_expression_depth: usize,
    /// Scripts that hold a stack at a time. Of the process, not of the session: the last session made sets it.
    pub suspended_scripts: usize,
}

/// Memory where the machine's is not known.
pub const MEMORY_MAX: usize = 1 << 30;

/// How deep script functions may call each other. What a level takes of the stack differs too much to count levels
/// (6 KiB to 36 KiB): `on_progress` watches the stack itself, so this is only a bound.
pub const CALL_LEVELS_MAX: usize = 1_000;

/// How deep expressions may nest outside functions. The parser takes a stack frame or more for each level, and
/// nothing watches it.
pub const EXPRESSION_DEPTH_MAX: usize = 64;

/// How deep expressions may nest inside functions, where each level is also frames of the evaluator on the stack of
/// every call.
pub const FUNCTION_EXPRESSION_DEPTH_MAX: usize = 32;

/// Most scripts that hold a stack at a time, in the whole process. A guarded stack takes two of the 65,530
/// mappings that Linux grants a process (`vm.max_map_count`); pooled stacks and everything else need some.
pub const SUSPENDED_SCRIPTS_MAX: usize = 30_000;

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: MEMORY_MAX,
            call_levels: CALL_LEVELS_MAX,
            expression_depth: EXPRESSION_DEPTH_MAX,
            function_expression_depth: FUNCTION_EXPRESSION_DEPTH_MAX,
            suspended_scripts: SUSPENDED_SCRIPTS_MAX,
        }
    }
}
