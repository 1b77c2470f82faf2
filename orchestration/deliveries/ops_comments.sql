-- What the tables that deliveries write are, for whoever opens a release.
comment on table ops.delivery is 'Every delivery that was taken in. Grain: one arrival of one file. Key: delivery_id.';
comment on column ops.delivery.delivery_id is 'The delivery: of its bytes and of how often they came.';
comment on column ops.delivery.source is 'Source, as its landing folder is named.';
comment on column ops.delivery.contract is 'Kind of file it was read as; null where it matched none.';
comment on column ops.delivery.file_name is 'Name of the file, if a contract knows it; otherwise one made of its hash.';
comment on column ops.delivery.sha256 is 'Hash of its bytes, which lie in the archive under it.';
comment on column ops.delivery.bytes is 'Size of the file.';
comment on column ops.delivery.received_at is 'When it came, UTC.';
comment on column ops.delivery.extract_date is 'Day on which the extract was made, by its name or header.';
comment on column ops.delivery.covers_from_date is 'First day that it speaks of.';
comment on column ops.delivery.covers_to_date is 'Last day that it speaks of.';
comment on column ops.delivery.scope is 'School that it is about (LAESTAB); null for a file of the whole county.';
comment on column ops.delivery.period is 'Academic year, term or month that it is of; null where it is of its day.';
comment on column ops.delivery.part is 'Which of the files of its period it is: a table, a key stage, a block; of daily marks a key of its days.';
comment on column ops.delivery.identifier_scheme is 'What its rows are about: upn, or none.';
comment on column ops.delivery.status is 'accepted, accepted_with_warnings, or rejected.';
comment on column ops.delivery.rows_read is 'Rows that it has, of all its tables, less rows_erased and rows_forbidden.';
comment on column ops.delivery.rows_accepted is 'Rows that were loaded.';
comment on column ops.delivery.rows_rejected is 'Rows that lie in quarantine.';
comment on column ops.delivery.reason is 'Why it was rejected, as its report says.';
comment on column ops.delivery.reason_code is 'Why it was rejected. Joins ref_rejection_reason.';
comment on column ops.delivery.run_id is 'The run that took it in.';
comment on column ops.delivery.sequence is 'Its place in the order of arrival.';
comment on column ops.delivery.rows_erased is 'Rows taken out by erasures and retention.';
comment on column ops.delivery.rows_forbidden is
'Rows that may be kept nowhere, by the contract: taken out before the bytes were archived, and counted alone.';
comment on column ops.delivery.arrival is 'The how-manieth delivery of the same bytes it is.';
comment on column ops.delivery.made_at is 'When it says it was made, where it does: decides between versions of one return.';
comment on column ops.delivery.serial_no is 'Its serial number, where it has one: decides after made_at.';

comment on table ops.delivery_table is 'What each delivery brought. Grain: one delivery and one table that it filled.';
comment on column ops.delivery_table.delivery_id is 'The delivery. Joins ops.delivery.';
comment on column ops.delivery_table.table_name is 'Table of raw and quarantine, as source__table.';
comment on column ops.delivery_table.rows_read is 'Rows of the file for this table.';
comment on column ops.delivery_table.rows_accepted is 'Rows that were loaded.';
comment on column ops.delivery_table.rows_rejected is 'Rows that lie in quarantine.';

comment on table ops.rejection is 'Why rows lie in quarantine. Grain: one delivery, table, column and reason.';
comment on column ops.rejection.delivery_id is 'The delivery. Joins ops.delivery.';
comment on column ops.rejection.table_name is 'Table, as source__table.';
comment on column ops.rejection.column_name is 'Column whose value broke the contract; null where it was the row.';
comment on column ops.rejection.reason is 'What was wrong, as a code of the contract.';
comment on column ops.rejection.rows is 'Rows with it; a row with several reasons counts in each.';

comment on table ops.set_aside is
'Values without which their rows were taken, for the row can live without them. Grain: one delivery, table, column and reason.';
comment on column ops.set_aside.delivery_id is 'The delivery. Joins ops.delivery.';
comment on column ops.set_aside.table_name is 'Table, as source__table.';
comment on column ops.set_aside.column_name is 'Column whose value was left out.';
comment on column ops.set_aside.reason is 'What was wrong with it, as a code of the contract.';
comment on column ops.set_aside.rows is 'Rows whose value was left out.';

comment on table ops.delivery_event is
'What became of files, among them those that said nothing new. Grain: one thing that happened to one file in one run.';
comment on column ops.delivery_event."at" is 'When, UTC.';
comment on column ops.delivery_event.run_id is 'The run in which it happened.';
comment on column ops.delivery_event.event is 'received, accepted, rejected, repeated and the like.';
comment on column ops.delivery_event.file_name is 'Name of the file, if a contract knows it; otherwise one made of its hash.';
comment on column ops.delivery_event.sha256 is 'Hash of its bytes.';
comment on column ops.delivery_event.delivery_id is 'The delivery that it is; null before it is known to be one.';
comment on column ops.delivery_event.detail is 'What the event needs to be understood.';

comment on table ops.check_result is
'Every check of every run: on deliveries when they are loaded, and on the release before it is published. Grain: one rule on one delivery, or on the release, in one run.';
comment on column ops.check_result.run_id is 'The run that checked.';
comment on column ops.check_result.checked_at is 'When, UTC.';
comment on column ops.check_result.suite is 'Suite of rules: a source''s table, or release.';
comment on column ops.check_result.delivery_id is 'The delivery that was checked; null for the release.';
comment on column ops.check_result.rule is 'The rule, as the suite names it.';
comment on column ops.check_result.severity is 'critical stops the delivery or the release, warning is told.';
comment on column ops.check_result.outcome is 'pass, warn or fail.';
comment on column ops.check_result.observed is 'What was counted: a share, a ratio or a number; null where there was nothing to compare.';
comment on column ops.check_result.expected is 'What the rule asks for.';
comment on column ops.check_result.detail is 'What was found, with an example and what to do; no child''s value.';

comment on table ops.overlay_model is
'The SQL of the tables that an entry of the dashboard changes at once, as it made the release. Grain: one model.';
comment on column ops.overlay_model.build_order is 'Each comes after those it is made of.';
comment on column ops.overlay_model.schema_name is 'Schema of the table.';
comment on column ops.overlay_model.model_name is 'The table.';
comment on column ops.overlay_model.relation_name is 'The table as the SQL of the others names it.';
comment on column ops.overlay_model.sql is 'The statement, for any day: it asks the session for the day.';
comment on column ops.overlay_model.log_of is 'Published table whose rows are those of this one, a log of events; null where it is none. It is continued, and not made again.';

comment on table ops.relation is
'Which table joins which: each value of the column stands in one row of the other table, or is null. Tested by every build. Grain: one column that joins and one table that it joins.';
comment on column ops.relation.schema_name is 'Schema of the table that joins: core, mart or reference.';
comment on column ops.relation.table_name is 'The table that joins.';
comment on column ops.relation.column_name is 'Its column.';
comment on column ops.relation.to_schema_name is 'Schema of the table that is joined.';
comment on column ops.relation.to_table_name is 'The table that is joined: one row for each value, so that no row multiplies.';
comment on column ops.relation.to_column_name is 'The column of it.';
comment on column ops.relation.of_rows is 'Condition on the rows of the table that join, as not is_county, for the county is no zone; null where all do.';
