"""Rows that nobody may change cannot be emptied away either: TRUNCATE fires no row trigger.

A session may empty such a table only after it has said so (hospital.allow_truncate = on), which the
tests do between two tests and no running system does.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('hospital.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON hospital_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON hospital_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER card_check_no_truncate BEFORE TRUNCATE ON hospital_cardcheck
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
"""

REVERSE = """
DROP TRIGGER audit_entry_no_truncate ON hospital_auditentry;
DROP TRIGGER audit_seal_no_truncate ON hospital_auditseal;
DROP TRIGGER card_check_no_truncate ON hospital_cardcheck;
DROP FUNCTION refuse_truncate();
"""


class Migration(migrations.Migration):
    dependencies = [("hospital", "0004_supply_use")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
