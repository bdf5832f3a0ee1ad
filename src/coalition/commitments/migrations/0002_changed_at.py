from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_first")]

    operations = [
        migrations.RenameField(model_name="commitment", old_name="made_at", new_name="changed_at")
    ]
