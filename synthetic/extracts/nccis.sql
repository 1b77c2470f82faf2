-- One month at a time: every young person as a piece of XML. The variable return_n names the month.
select
    '<YoungPersonsRecord>'
    || block(
        'PersonalDetails',
        element('YoungPersonsID', person_id) || element('CohortStatus', cohort_status)
        || element('GivenName', xml(forename)) || element('FamilyName', xml(surname))
        || element('AddressLine1', xml(address_line)) || element('Postcode', postcode)
        || element('Gender', sex) || element('DOB', birth_date)
        || element('LeadLEA', '838') || element('EducatedLEA', '838')
        || element('UniqueLearnerNo', uln) || element('UniquePupilNumber', upn)
        || element('GuaranteeStatusIndicator', is_guaranteed)
    )
    || coalesce(
        block(
            'SeptemberGuarantee',
            block('Year' || year_group, element('GuaranteeStatus', guarantee_code) || element('LEACode', '838'))
        ),
        ''
    )
    || block(
        'LevelOfNeed',
        element('LevelOfNeedCode', level_of_need) || element('SENDFlag', is_send)
        || element('SENSupportFlag', is_sen_support)
        || array_to_string(list_transform(characteristics, lambda code: element('CharacteristicCode', code)), '')
    )
    || block(
        'Activities',
        block(
            'Cohort',
            element('ActivityCode', activity_code) || element('StartDate', start_date)
            || element('DateAscertained', ascertained_date) || element('DateVerified', verified_date)
            || element('ReviewDate', review_date) || element('DueToLapseDate', due_to_lapse_date)
            || element('CurrencyLapsed', is_lapsed) || element('NEETStartDate', neet_start_date)
            || element('PredictedEndDate', predicted_end_date)
        )
    )
    || if(
        intended_destination is null, '',
        block('IntendedDestination', element('IntendedDestinationYr11', intended_destination))
    )
    || E'</YoungPersonsRecord>\n' as record
from nccis_line
where return_n = getvariable('return_n')
order by record_n
