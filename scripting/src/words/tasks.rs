//! Tasks, and what they use to talk to each other.

use super::Word;

const ON_TASK: &[&str] = &["Task"];
const ON_QUEUE: &[&str] = &["AsyncQueue"];
const ON_LOCK: &[&str] = &["Lock", "Condition"];
const ON_CONDITION: &[&str] = &["Condition"];
const ON_EVENT: &[&str] = &["Event"];

pub(super) const WORDS: &[Word] = &[
    Word::function(
        "timeout",
        "timeout(seconds: int|float, || ...)",
        "What the closure gives, or `TimeoutError` if it takes longer; it is ended then.",
    )
    .example("timeout(5, || q.get())"),
    Word::function(
        "spawn",
        "spawn(|| ...) -> Task",
        "Runs the closure as a task beside what spawned it. A cell or a node waits for its tasks; the error of one that nobody joins is its own.",
    )
    .example("let t = spawn(|| { sleep(1); 42 });\nt.join()"),
    Word::method(
        ON_TASK,
        "join",
        "task.join()",
        "Waits for the task and gives its value; raises its error, or `TaskCancelled`.",
    ),
    Word::method(ON_TASK, "cancel", "task.cancel() -> bool", "Ends the task where it waits; `false` if it had ended."),
    Word::method(ON_TASK, "is_done", "task.is_done() -> bool", "Whether the task has ended, in whatever way."),
    Word::function(
        "AsyncQueue",
        "AsyncQueue() -> AsyncQueue\nAsyncQueue(max: int) -> AsyncQueue",
        "A queue between tasks, nodes and cells, of any number of items or at most `max`. `for x in q` ends when it is closed and empty.",
    )
    .example("let q = AsyncQueue();\nspawn(|| { for i in 0..3 { q.put(i) } q.close() });\nfor x in q { print(x) }"),
    Word::method(
        ON_QUEUE,
        "put",
        "queue.put(item)",
        "Puts an item at the end, waiting while the queue is full; `QueueClosedError` if it is closed.",
    ),
    Word::method(
        ON_QUEUE,
        "get",
        "queue.get()",
        "Takes the first item, waiting while there is none; `QueueClosedError` if it is closed and empty.",
    ),
    Word::method(ON_QUEUE, "peek", "queue.peek()", "The first item, which stays; waits as `get` does."),
    Word::method(ON_QUEUE, "close", "queue.close()", "No more can be put; what is in the queue can still be taken."),
    Word::method(ON_QUEUE, "is_closed", "queue.is_closed() -> bool", "Whether the queue was closed."),
    Word::method(ON_QUEUE, "len", "queue.len() -> int", "How many items wait in the queue."),
    Word::method(ON_QUEUE, "is_empty", "queue.is_empty() -> bool", "Whether no item waits in the queue."),
    Word::method(
        ON_QUEUE,
        "until_empty",
        "queue.until_empty()",
        "Iterates over what is in the queue and what tasks wait to put into it, and closes it when it is empty.",
    ),
    Word::function("Lock", "Lock() -> Lock", "One task at a time, in the order in which they came.")
        .example("let l = Lock();\nl.with(|| print(\"alone\"))"),
    Word::function(
        "Condition",
        "Condition() -> Condition\nCondition(lock: Lock) -> Condition",
        "Tasks that hold its lock wait until another says that something has changed.",
    ),
    Word::method(ON_LOCK, "acquire", "lock.acquire()", "Waits for the lock and takes it. Released if its holder is ended or fails."),
    Word::method(ON_LOCK, "release", "lock.release()", "Gives the lock back."),
    Word::method(ON_LOCK, "with", "lock.with(|| ...)", "What the closure gives, called while the lock is held."),
    Word::method(&["Lock"], "is_locked", "lock.is_locked() -> bool", "Whether somebody holds the lock."),
    Word::method(
        ON_CONDITION,
        "wait",
        "condition.wait()",
        "Releases the lock, waits to be notified, and takes the lock again.",
    ),
    Word::method(
        ON_CONDITION,
        "notify",
        "condition.notify()\ncondition.notify(count: int)",
        "Wakes the task that waits longest, or that many.",
    ),
    Word::method(ON_CONDITION, "notify_all", "condition.notify_all()", "Wakes all tasks that wait for the condition."),
    Word::function("Event", "Event() -> Event", "Something that happens once, and that tasks wait for."),
    Word::method(ON_EVENT, "set", "event.set()", "Wakes all who wait, and whoever waits later goes on at once."),
    Word::method(ON_EVENT, "is_set", "event.is_set() -> bool", "Whether the event was set."),
    Word::method(ON_EVENT, "wait", "event.wait()", "Waits until the event is set."),
    Word::function(
        "azip",
        "azip(a, b, ...)",
        "Steps streams, queues, arrays and ranges in lockstep; ends with the shortest.",
    )
    .example("for pair in azip([1, 2], [\"a\", \"b\"]) { print(pair) }"),
];
