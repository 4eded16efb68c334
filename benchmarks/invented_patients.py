"""Many invented patients, made inside the database in seconds.

Family and middle names are as unevenly spread as in Viet Nam, which is what makes name search hard:
two families hold half of all people, and nearly everybody is Văn or Thị.
"""

from __future__ import annotations

from django.db import connection

from hospital.models import Facility, Patient

FAMILIES = (
    ["Nguyễn"] * 38 + ["Trần"] * 11 + ["Lê"] * 10 + ["Phạm"] * 7 + ["Hoàng"] * 5 + ["Phan"] * 5
    + ["Vũ"] * 4 + ["Võ"] * 4 + ["Đặng"] * 3 + ["Bùi"] * 3 + ["Đỗ"] * 3 + ["Hồ", "Ngô", "Dương"] * 2
)  # fmt: skip
MIDDLES = ["Văn"] * 9 + ["Thị"] * 9 + ["Đức", "Hữu", "Ngọc", "Minh", "Thanh", "Quang", "Xuân"]
GIVEN = [
    "An", "Anh", "Bình", "Chi", "Cường", "Dũng", "Dung", "Đạt", "Giang", "Hà", "Hải", "Hạnh",
    "Hiền", "Hòa", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Linh", "Long", "Mai", "Mẫu", "Nam",
    "Nga", "Oanh", "Phong", "Phúc", "Quân", "Quỳnh", "Sơn", "Tâm", "Thảo", "Thử", "Trang", "Tú",
    "Tuấn", "Uyên", "Vân", "Việt", "Yến",
]  # fmt: skip

# The same letters as hospital.text.search_key, whatever the locale of the database.
MARKED = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"
PLAIN = "a" * 17 + "e" * 11 + "i" * 5 + "o" * 17 + "u" * 11 + "y" * 5 + "d"

FILL = f"""
INSERT INTO {Patient._meta.db_table} (
    facility_id, number, full_name, search_name, birth, birth_year, sex, personal_id, former_id,
    passport, phone, nationality, ethnicity, occupation, blood_group, identity_source, is_active,
    created_at, updated_at)
SELECT %(facility)s, 'BN99' || lpad(n::text, 7, '0'), name,
    lower(translate(name, %(marked)s, %(plain)s)), to_char(birth, 'YYYY-MM-DD'),
    extract(year FROM birth), '1', lpad((1000 + n)::text, 12, '0'), '', '',
    '09' || lpad(n::text, 8, '0'), '000', '01', '00', '', '', true, now(), now()
FROM (
    SELECT n, date '1930-01-01' + (n * 7919::bigint %% 34000)::int AS birth,
        concat_ws(' ', (%(families)s)[1 + n * 31::bigint %% %(family_count)s],
                       (%(middles)s)[1 + n / 97 * 17::bigint %% %(middle_count)s],
                       (%(given)s)[1 + n / 13 * 29::bigint %% %(given_count)s]) AS name
    FROM generate_series(1, %(count)s) AS n
) AS invented
"""


def patients_fill(facility: Facility, count: int) -> None:
    """Insert `count` patients of a facility and let the database count its words."""
    with connection.cursor() as cursor:
        cursor.execute(
            FILL,
            {
                "facility": facility.pk,
                "count": count,
                "families": FAMILIES,
                "family_count": len(FAMILIES),
                "middles": MIDDLES,
                "middle_count": len(MIDDLES),
                "given": GIVEN,
                "given_count": len(GIVEN),
                "marked": MARKED + MARKED.upper(),
                "plain": PLAIN * 2,
            },
        )
        cursor.execute(f"ANALYZE {Patient._meta.db_table}")
