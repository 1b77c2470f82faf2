"""What is counted of the lists of the tool's users: whether the lists agree with one another and with the map.

Details hold counts alone: who a user is stands in no report. Lists are compared with the newest of the other lists, in
raw or in the same batch, and not at all where there is none yet.
"""

from expectations.metrics.before import earlier_deliveries
from expectations.metrics.incoming import Incoming, readable_date
from expectations.metrics.schools import as_last_delivered

REGISTERED = "user_id, access_to_date"


def users_lost(incoming: Incoming) -> str:
    """Users of the list before who are not in this one; null where there is no list before."""
    return f"""
    with before as (
        select batch.delivery_id, earlier.delivery_id as before_id
        from incoming.delivery as batch
        inner join ({earlier_deliveries(incoming.table)}) as earlier on earlier.extract_date <= batch.extract_date
        qualify row_number() over (
            partition by batch.delivery_id order by earlier.extract_date desc, earlier.sequence desc
        ) = 1
    )
    select
        before.delivery_id,
        count(*) filter (where present.user_id is null) as value,
        count(*) filter (where present.user_id is null) || ' of ' || count(*)
        || ' users of the delivery before are missing' as detail
    from before
    inner join raw."{incoming.table}" as known on known._delivery_id = before.before_id
    left join incoming."{incoming.table}" as present
        on present._delivery_id = before.delivery_id and trim(present.user_id) = trim(known.user_id)
    group by before.delivery_id
    """


def user_roles_unknown(incoming: Incoming) -> str:
    """Users whose role is missing or none of those that are known."""
    wrong = "trim(coalesce(rows.role_code, '')) not in (select role_code from ref_user_role)"
    return _counted(incoming, wrong, "users have a role that is not known")


def users_without_scope(incoming: Incoming) -> str:
    """Users whose role sees children, and for whom no scope is listed; null where no scopes were ever delivered."""
    return f"""
    with scopes as (
        select distinct trim(user_id) as user_id from {as_last_delivered(incoming, "tool_users__scopes", "user_id")}
    ),
    seeing as (select distinct role_code from ref_user_role where scope_level <> 'none')
    {
        _counted(
            incoming,
            "scopes.user_id is null",
            "users have neither a school nor a zone nor the county",
            '''
        inner join seeing on trim(rows.role_code) = seeing.role_code
        left join scopes on trim(rows.user_id) = scopes.user_id
        where (select count(*) from scopes) > 0''',
        )
    }
    """


def users_not_registered(incoming: Incoming) -> str:
    """Rows about somebody whom the list of users does not hold; null where no list was ever delivered."""
    return f"""
    with users as ({_registered(incoming)})
    {
        _counted(
            incoming,
            "users.user_id is null",
            "rows are about somebody whom the list of users does not hold",
            '''
        left join users on trim(rows.user_id) = users.user_id
        where (select count(*) from users) > 0''',
        )
    }
    """


def scopes_unknown(incoming: Incoming) -> str:
    """Scopes of a school or zone that neither the council's map nor the register knows; null where there is no map."""
    schools = " union ".join(
        f"select replace(trim(school_id), '/', '') as school_id from raw.{table}"
        for table in ("synergy__schools", "school_register__establishments")
        if f"raw.{table}" in incoming.relations
    )
    wrong = """
        case trim(rows.scope_level)
            when 'school' then replace(trim(rows.school_id), '/', '') not in (
                select school_id from schools where school_id is not null
            )
            when 'zone' then trim(rows.zone_code) not in (select zone_code from zones where zone_code is not null)
            else false
        end is distinct from false
    """
    return f"""
    with schools as ({schools}),
    zones as (select distinct trim(zone_code) as zone_code from raw.synergy__schools)
    {
        _counted(
            incoming, wrong, "scopes name a school or zone that nobody knows", "where (select count(*) from zones) > 0"
        )
    }
    """


def sign_ins_shared(incoming: Incoming) -> str:
    """Accounts by which more than one user would sign in: they let in nobody."""
    return f"""
    with shared as (
        select _delivery_id as delivery_id, rtrim(trim(issuer), '/') as issuer, trim(subject) as subject
        from incoming."{incoming.table}"
        where len(_reasons) = 0
        group by all
        having count(distinct trim(user_id)) > 1
    )
    select
        batch.delivery_id,
        count(shared.delivery_id) as value,
        count(shared.delivery_id) || ' accounts are listed for more than one user' as detail
    from incoming.delivery as batch
    left join shared on batch.delivery_id = shared.delivery_id
    group by all
    """


def months_ahead(incoming: Incoming) -> str:
    """Months that begin after the day on which the extract was made."""
    wrong = f"{readable_date('rows.use_month')} > batch.extract_date"
    return _counted(incoming, wrong, "rows are of months after the day that the name of the file states")


def use_after_access_ended(incoming: Incoming) -> str:
    """Users who used the tool in a month that began after the last day of their access."""
    wrong = f"""
        try_cast(rows.days_used as double) > 0
        and date_trunc('month', {readable_date("rows.use_month")}) > {readable_date("users.access_to_date")}
    """
    return f"""
    with users as ({_registered(incoming)})
    {
        _counted(
            incoming,
            wrong,
            "rows tell of use in a month after access had ended",
            "inner join users on trim(rows.user_id) = users.user_id",
        )
    }
    """


def _registered(incoming: Incoming) -> str:
    listed = as_last_delivered(incoming, "tool_users__users", REGISTERED)
    return f"select trim(user_id) as user_id, max(access_to_date) as access_to_date from {listed} group by all"


def _counted(incoming: Incoming, wrong: str, words: str, joins: str = "") -> str:
    """The accepted rows of each delivery of which `wrong` is true."""
    sound = "where" if "where" not in joins else "and"
    return f"""
    select
        rows._delivery_id as delivery_id,
        count(*) filter (where {wrong}) as value,
        count(*) filter (where {wrong}) || ' of ' || count(*) || ' {words}' as detail
    from incoming."{incoming.table}" as rows
    inner join incoming.delivery as batch on rows._delivery_id = batch.delivery_id
    {joins}
    {sound} len(rows._reasons) = 0
    group by all
    """
