//! The kernel's allocator: it counts what scripts take, and sees how deep their values nest.

use flowno_scripting::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;
