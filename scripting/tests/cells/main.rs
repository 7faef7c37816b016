//! What cells do, seen from outside: one behaviour a file.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;

mod a_failed_cell_keeps_what_it_ran;
mod a_redefined_fn_is_seen_by_bodies;
mod a_redefined_type_renews_its_nodes;
mod a_refused_cell_changes_nothing;
mod cells_run_again_are_where_they_stand;
mod changed_text_runs_what_differs;
mod constants_are_seen_by_functions;
mod constants_stay_what_they_are;
mod control_characters_stay_inside;
mod cycles_pause;
mod deleted_cells_take_their_nodes;
mod display_shows_now;
mod each_node_is_shown_once;
mod errors_in_cells_have_a_place;
mod errors_in_functions_name_their_cell;
mod errors_in_nodes_say_which_and_where;
mod flow_words;
mod handles_are_shown_by_their_kind;
mod headless_displays_are_final;
mod help_explains;
mod live_displays_follow_their_nodes;
mod long_values_are_cut;
mod loops_without_a_body;
mod missing_nodes_are_waited_for;
mod named_outputs;
mod names_have_rules;
mod native_nodes;
mod nodes_belong_to_cells;
mod nodes_have_defaults_and_types_of_call;
mod operators_make_nodes;
mod other_cells_nodes_are_named;
mod plots_have_three_forms;
mod progress_is_shown;
mod references_answer;
mod rich_values_display_richly;
mod silent_cells_say_nothing;
mod sleeping_nodes_run_at_once;
mod sorting_raises_errors;
mod states_are_kept_or_given_back;
mod streams_are_cancelled_and_left;
mod streams_go_anywhere;
mod syntax_errors_have_a_place;
mod tables_are_cut_and_escaped;
mod templates;
mod the_last_expression_is_shown;
mod the_same_text_runs_again;
mod types_are_checked;
mod user_expressions_are_answered;
mod users_are_asked;
mod values_outlive_their_cell;
mod words_are_completed;
mod wrong_wiring_is_refused;
