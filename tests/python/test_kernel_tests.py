"""The common tests of Jupyter kernels, with samples in our language."""

import jupyter_kernel_test as jkt

from flowno_testing.kernel import KERNEL_NAME


class FlownoKernelTests(jkt.KernelTests):
    """What applies: the language has no pager and no clear_output."""

    kernel_name = KERNEL_NAME
    language_name = "rhai"
    file_extension = ".rhai"

    code_hello_world = 'print("hello, world")'
    code_stderr = 'debug("oh no")'
    code_generate_error = "no_such_name"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"a" + "b"', "result": '"ab"'},
        {"code": "[1, 2] + [3]", "result": "[1, 2, 3]"},
    ]
    code_display_data = [{"code": "flow.a = 1", "mime": "text/plain"}]

    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6 * *"

    complete_code_samples = [
        "1",
        "let x = 1;",
        "node Add(x, y) { x + y }",
        "flow.sum = Add(1, flow.b)",
        "node Count(n) { for i in 0..n { yield i; } }",
    ]
    incomplete_code_samples = ["node Add(x, y) {", "flow.sum = Add(1,", "let s = `a", "/* open"]
    invalid_code_samples = ["let = 1", "flow.a = )", "node 3() {}"]

    completion_samples = [
        {"text": "slee", "matches": {"sleep"}},
        {"text": "flow.run_until", "matches": {"run_until_complete"}},
    ]
    code_inspect_sample = "sleep"
