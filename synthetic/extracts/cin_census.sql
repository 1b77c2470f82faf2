-- One year at a time: every child as a piece of XML. The variable return_n names the year.
with plans as (
    select
        record_n, n,
        string_agg(
            if(
                status_code = 'child_in_need_plan',
                block('CINPlanDates', element('CINPlanStartDate', start_date) || element('CINPlanEndDate', end_date)),
                block(
                    'ChildProtectionPlans',
                    element('CPPstartDate', start_date) || element('CPPendDate', end_date)
                    || element('InitialCategoryOfAbuse', 'NEG') || element('LatestCategoryOfAbuse', 'NEG')
                    || element('NumberOfPreviousCPP', '0')
                )
            ),
            '' order by status_code, start_date
        ) as content
    from cin_line_plan
    where return_n = getvariable('return_n')
    group by record_n, n
),

episodes as (
    select
        lines.record_n,
        string_agg(
            block(
                'CINdetails',
                element('CINreferralDate', lines.referral_date) || element('ReferralSource', '2A')
                || element('PrimaryNeedCode', 'N1') || element('CINclosureDate', lines.closure_date)
                || element('ReasonForClosure', lines.closure_reason) || element('ReferralNFA', lines.is_nfa)
                || coalesce(plans.content, '')
            ),
            '' order by lines.n
        ) as content
    from cin_line_episode as lines
    left join plans on lines.record_n = plans.record_n and lines.n = plans.n
    where lines.return_n = getvariable('return_n')
    group by lines.record_n
)

select
    '<Child>'
    || block(
        'ChildIdentifiers',
        element('LAchildID', children.child_ref) || element('UPN', children.upn)
        || element('FormerUPN', children.former_upn) || element('UPNunknown', children.upn_unknown)
        || element('PersonBirthDate', children.birth_date) || element('Sex', children.sex)
    )
    || block(
        'ChildCharacteristics',
        element('Ethnicity', 'NOBT') || block('Disabilities', element('Disability', 'NONE'))
    )
    || episodes.content
    || E'</Child>\n' as child
from cin_line_child as children
inner join episodes on children.record_n = episodes.record_n
where children.return_n = getvariable('return_n')
order by children.record_n
