"""Money that was taken or charged stays as it was written: a row is cancelled or voided, no more.

A receipt changes in its cancelled_* columns, a deposit also moves to another episode, a charge
changes in its voided_* columns. None is deleted, and no such table or claim version is emptied.
"""

from django.db import migrations

CHANGING = {
    "payment": ("cancelled_at", "cancelled_by_id", "cancelled_reason"),
    "deposit": ("cancelled_at", "cancelled_by_id", "cancelled_reason", "encounter_id"),
    "refund": ("cancelled_at", "cancelled_by_id", "cancelled_reason"),
    "charge": ("voided_at", "voided_reason"),
}

FUNCTION = """
CREATE FUNCTION refuse_change_except() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV::text[] = to_jsonb(OLD) - TG_ARGV::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % may change only in %', TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
        USING ERRCODE = 'check_violation';
END $$;
"""

GUARDS = """
CREATE TRIGGER {table}_only_these BEFORE UPDATE ON billing_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change_except({columns});
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON billing_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

NO_TRUNCATE = """
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON billing_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
"""


def forward() -> str:
    guards = [
        GUARDS.format(table=table, columns=", ".join(f"'{column}'" for column in columns))
        for table, columns in CHANGING.items()
    ]
    kept = [NO_TRUNCATE.format(table=table) for table in (*CHANGING, "claimversion")]
    return FUNCTION + "".join(guards + kept)


def reverse() -> str:
    names = [
        f"DROP TRIGGER {table}_{kind} ON billing_{table};\n"
        for table in CHANGING
        for kind in ("only_these", "no_delete", "no_truncate")
    ]
    names.append("DROP TRIGGER claimversion_no_truncate ON billing_claimversion;\n")
    return "".join(names) + "DROP FUNCTION refuse_change_except();"


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_charge_bed_stay_supply"),
        ("hospital", "0005_append_only_truncate"),
    ]

    operations = [migrations.RunSQL(forward(), reverse())]
