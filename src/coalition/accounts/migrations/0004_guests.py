from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_zone'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='guest_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
