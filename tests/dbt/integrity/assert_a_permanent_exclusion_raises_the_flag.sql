-- What: a permanent exclusion counts as at least as many sessions as any rule on suspended sessions asks for.
-- When it matters: when the rule's threshold changes, or what the category counts as.
-- How to resolve: lower the threshold in ref_flag_rule, or raise counts_as_sessions of PERM in ref_exclusion_category.
select
    rules.rule_id,
    rules.version,
    rules.threshold
from {{ ref('ref_flag_rule') }} as rules
inner join {{ ref('ref_exclusion_category') }} as categories on categories.category_code = 'PERM'
where
    rules.measure = 'suspended_sessions_count'
    and {{ meets_threshold('categories.counts_as_sessions', 'rules.comparator', 'rules.threshold') }} is not true
