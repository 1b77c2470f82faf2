-- One return at a time: every pupil as a piece of XML, the pieces of a school put together in order.
-- The variables census_year and census_term name the return.

with pupils as (
    select * from return_pupil
    where census_year = getvariable('census_year') and census_term = getvariable('census_term')
),

sessions as (
    select
        return_pupil_n,
        period,
        string_agg(
            '<SessionDetail>' || element('AttendanceReason', attendance_code) || element('AbsenceSessions', sessions)
            || '</SessionDetail>',
            '' order by attendance_code
        ) as details
    from attendance_session
    where return_pupil_n in (select return_pupil_n from pupils)
    group by return_pupil_n, period
),

attendances as (
    select
        attendance.return_pupil_n,
        string_agg(
            block('TermlyAttendance', element('SessionsPossible', attendance.sessions_possible) || block('SessionDetails', sessions.details)),
            ''
        ) filter (where attendance.period = 'term') as termly,
        string_agg(
            block('SummerHalfTerm2Attendance', element('SessionsPossible', attendance.sessions_possible) || block('SessionDetails', sessions.details)),
            ''
        ) filter (where attendance.period <> 'term') as half_term
    from attendance
    left join sessions on attendance.return_pupil_n = sessions.return_pupil_n and attendance.period = sessions.period
    where attendance.return_pupil_n in (select return_pupil_n from pupils)
    group by attendance.return_pupil_n
),

meals as (
    select
        return_pupil_n,
        string_agg(
            '<FSMPeriod>' || element('FSMStartDate', fsm_start_date) || element('FSMEndDate', fsm_end_date) || '</FSMPeriod>',
            '' order by fsm_start_date
        ) as periods
    from return_fsm
    where return_pupil_n in (select return_pupil_n from pupils)
    group by return_pupil_n
),

needs as (
    select
        return_pupil_n,
        string_agg(
            '<SENneed>' || element('SENtypeRank', need_rank) || element('SENtype', need_code) || '</SENneed>',
            '' order by need_rank
        ) as needs
    from return_sen_need
    where return_pupil_n in (select return_pupil_n from pupils)
    group by return_pupil_n
),

exclusions as (
    select
        return_pupil_n,
        string_agg(
            '<TermlyExclusion>' || element('Category', category) || element('Reason', reason_code)
            || element('StartDate', start_date) || element('Sessions', sessions) || '</TermlyExclusion>',
            '' order by start_date
        ) as exclusions
    from return_exclusion
    where return_pupil_n in (select return_pupil_n from pupils)
    group by return_pupil_n
),

pieces as (
    select
        pupils.school_id,
        pupils.roll,
        pupils.return_pupil_n,
        block(
            'PupilIdentifiers',
            element('UPN', pupils.upn) || element('FormerUPN', pupils.former_upn)
            || element('UniqueLearnerNumber', pupils.uln)
            || element('Surname', xml(pupils.surname)) || element('Forename', xml(pupils.forename))
            || element('DOB', children.birth_date)
            || element(if(pupils.reference_date < date '2023-09-01', 'Gender', 'Sex'), children.sex)
        )
        || block(
            'PupilCharacteristics',
            element('Ethnicity', children.ethnicity_code)
            || block('FSMPeriods', meals.periods)
            || if(pupils.roll = 'on', element('YoungCarer', children.young_carer), '')
        )
        || block(
            'PupilStatus',
            element('EnrolStatus', pupils.enrol_status) || element('EntryDate', pupils.entry_date)
            || element('LeavingDate', pupils.leaving_date)
            || element('NCyearActual', if(pupils.nc_index = 0, 'R', pupils.nc_index::varchar))
            || element('Boarder', pupils.boarder)
        )
        || if(
            pupils.roll = 'on',
            block('SpecialEducationalNeeds', element('SENprovision', pupils.sen_provision) || block('SENneeds', needs.needs)), ''
        )
        || block('Exclusions', exclusions.exclusions)
        || block('Attendance', nullif(concat(attendances.termly, attendances.half_term), ''))
        || block(
            'HomeAddress',
            block(
                'BS7666Address',
                element('SAON', pupils.flat) || element('PAON', pupils.house_number)
                || element('Street', xml(pupils.street)) || element('Town', xml(pupils.town))
                || element('PostCode', pupils.postcode)
            )
        ) as content
    from pupils
    inner join child as children on pupils.child_n = children.child_n
    left join attendances on pupils.return_pupil_n = attendances.return_pupil_n
    left join meals on pupils.return_pupil_n = meals.return_pupil_n
    left join needs on pupils.return_pupil_n = needs.return_pupil_n
    left join exclusions on pupils.return_pupil_n = exclusions.return_pupil_n
)

select
    schools.school_id,
    coalesce(string_agg('<PupilOnRoll>' || pieces.content || E'</PupilOnRoll>\n', '' order by pieces.return_pupil_n)
        filter (where pieces.roll = 'on'), '') as on_roll,
    coalesce(string_agg('<PupilNoLongerOnRoll>' || pieces.content || E'</PupilNoLongerOnRoll>\n', '' order by pieces.return_pupil_n)
        filter (where pieces.roll = 'off'), '') as off_roll
from (
    select numbers.number as school_id
    from school_number as numbers
    inner join census
        on census.reference_date >= numbers.valid_from_date and census.reference_date < numbers.valid_to_date
    where
        census.census_year = getvariable('census_year') and census.census_term = getvariable('census_term')
) as schools
left join pieces on schools.school_id = pieces.school_id
group by schools.school_id
order by schools.school_id
