"""Names the tests that `make quick` leaves out, beside those with a marker of their own (process, browser, database).

Quick is for the loop while working: units, in this process. Every test is in `make test`.
"""

from __future__ import annotations

FILES = {
    "faults": "a folder: processes that are killed, relays that are slow",
    "test_backup": "stores that are copied in every test",
    "test_bounces": "subscriptions over weeks",
    "test_browser": "Chromium",
    "test_continued_series": "sign-ups through pages and mails",
    "test_deliveries": "passes over a store in every test",
    "test_deploy": "other programs",
    "test_diff": "git in every test",
    "test_digests": "subscriptions over weeks",
    "test_docs": "the documents' blocks",
    "test_fan_out": "passes over a store in every test",
    "test_house": "the source as a whole",
    "test_import_roundtrip": "feeds that are read back, by other libraries too",
    "test_ledger": "passes over a store in every test",
    "test_makefile": "make in every test",
    "test_midnights": "feeds over many edits",
    "test_mirror": "feeds over many edits, read by another library",
    "test_operations": "pages over a store in every test",
    "test_overlaps": "subscriptions over weeks",
    "test_package": "a wheel that is built and installed",
    "test_people": "sign-ups through pages and mails",
    "test_people_browser": "Chromium",
    "test_people_cli": "sign-ups through pages and mails",
    "test_people_matrix": "thousands of subscriptions over months",
    "test_postgres": "PostgreSQL",
    "test_readers": "other programs that read our feeds",
    "test_restart": "real processes",
    "test_rotate_key": "stores whose keys change in every test",
    "test_serve": "real processes",
    "test_site": "whole sites",
    "test_structure": "the source as a whole",
    "test_subscriber": "real processes",
    "test_told": "random histories over a store",
    "test_transfer": "PostgreSQL",
    "test_visitor_limits": "PostgreSQL",
    "test_web_server": "a server's sockets",
    "test_webpush_browser": "Chromium",
    "test_webpush_people": "sign-ups through pages and a push service",
    "test_zone_data": "passes over a store in every test",
}
"""Test files that are not even imported, and what they do that takes longer than a unit."""

TESTS = {
    "test_chat_limits": ("test_no_text_comes_out_longer_than_the_limit",),
    "test_cli": (
        "test_a_check_imports_nothing_for_stores_mails_logs_and_writing_and_no_advice_on_dates",
        "test_a_command_that_is_not_run_imports_nothing",
        "test_a_diff_without_a_repository_or_revision_says_so",
        "test_a_rehearsal_plays_real_mails_into_a_folder",
        "test_a_rehearsed_edit_says_what_would_be_told_and_leaves_the_store_as_it_was",
        "test_settings_need_neither_pydantic_nor_yaml",
        "test_shells_complete_the_ids_of_events",
        "test_what_the_file_alone_gives_needs_no_store",
    ),
    "test_draft": (
        "test_a_page_costs_as_much_as_it_is_long",
        "test_a_sentence_costs_as_much_as_it_is_long",
        "test_a_sentence_of_former_dates_costs_as_much_as_it_is_long",
    ),
    "test_edit": ("test_a_thousand_events_with_comments_keep_all_lines_but_one",),
    "test_filters": ("test_no_input_breaks_either_way_of_reading",),
    "test_fuzz": (
        "test_digits_that_are_no_usual_number_are_taken_or_refused_in_every_place_of_a_number",
        "test_hostile_input_is_taken_or_refused_as_documented",
        "test_nul_in_any_parameter_is_answered",
        "test_the_server_answers_as_its_own_document_says",
    ),
    "test_ical": ("test_every_zone_is_read_from_its_block_as_its_data_have_it",),
    "test_import_ics": ("test_any_bytes_are_an_answer_and_never_a_traceback",),
    "test_import_markdown": ("test_what_opens_half_a_million_times_and_never_ends_is_read_at_once",),
    "test_mail_identity": (
        "test_a_source_without_a_token_says_what_it_gave",
        "test_a_token_comes_from_a_file_or_a_command",
    ),
    "test_other_calendars": ("test_no_library_of_another_calendar_is_imported_without_such_a_rule",),
    "test_parts": ("test_a_chain_of_ten_thousand_relative_dates_costs_a_hundred_problems",),
    "test_precision": ("test_pages_and_mails_name_no_day_but_the_bounds",),
    "test_registry_facts": ("test_ten_thousand_wrong_parts_and_a_chain_of_as_many_cost_a_hundred_problems",),
    "test_registry_limits": (
        "test_a_megabyte_in_any_short_text_is_answered_in_one_line",
        "test_hundreds_of_mistakes_below_one_key_are_problems_and_nothing_of_it_is_read",
        "test_one_entry_with_any_number_of_problems_is_cut_as_well",
    ),
    "test_registry_yaml": (
        "test_an_entry_of_plain_lines_reads_as_all_of_yaml_reads_it",
        "test_no_shape_gives_a_traceback",
    ),
    "test_repeat": (
        "test_a_far_end_is_written_as_none",
        "test_monthly_and_yearly_rules_are_expanded_as_dateutil_does",
    ),
    "test_scheduler": ("test_a_real_process_ends_with_a_code_for_try_again_and_says_where_it_hung",),
    "test_smtp_refusals": ("test_a_second_copy_is_the_same_bytes_from_another_process_too",),
    "test_states": ("test_the_machines_are_drawn_from_the_table",),
    "test_store": (
        "test_the_lock_of_a_killed_process_is_free_and_its_children_do_not_keep_it",
        "test_two_processes_may_make_the_same_store_at_once",
        "test_upgrading_twice_changes_nothing_and_imports_no_alembic",
    ),
    "test_web": (
        "test_a_tag_has_a_page_at_the_address_that_it_has_in_a_static_site",
        "test_no_class_of_a_style_sheet_is_without_an_element",
    ),
    "test_when": ("test_the_edtf_form_is_edtf", "test_the_edtf_package_sees_the_same_bounds"),
    "test_words": (
        "test_editors_accept_what_the_documentation_lists",
        "test_every_text_is_translated_and_no_translation_is_left_over",
    ),
}
"""Single tests of other files: they start a process, or take more than half a second."""


def is_left_out(file: str, test: str | None = None) -> bool:
    """Returns whether the module or folder *file*, or its function *test*, is for `make test` alone."""
    return file in FILES or test in TESTS.get(file, ())
