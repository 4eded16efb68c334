"""A receipt is kept whatever the length of its texts: no document of the insurer bounds them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insurance_gateway", "0002_sent_bytes_immutable")]

    operations = [
        migrations.AlterField(
            model_name="receipt",
            name="received_at_text",
            field=models.TextField(verbose_name="Thời gian tiếp nhận"),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="transaction_code",
            field=models.TextField(verbose_name="Mã giao dịch"),
        ),
    ]
