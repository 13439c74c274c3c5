"""Files of customers in a bucket that speaks S3: kept there, backed up from there, restored to there."""

import dataclasses
import os
from collections.abc import Iterator

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from samphan.administration.custom_fields import files, hosts
from samphan.administration.custom_fields.actions import Draft, add_field
from samphan.administration.custom_fields.models import FieldFile
from samphan.config.environment import EnvironmentProblem, load_environment
from samphan.config.files import file_storage
from samphan.customers import actions
from samphan.customers.models import CustomerFile
from samphan.runtime.backup.archive import read_archive
from samphan.runtime.backup.making import make_backup, remote_files
from samphan.runtime.backup.restoring import restore


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of an empty bucket of a server in this process."""
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    _host, port = server.get_host_and_port()
    before = dict(os.environ)
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_EC2_METADATA_DISABLED="true")
    endpoint = f"http://127.0.0.1:{port}"
    client = boto3.client("s3", endpoint_url=endpoint, region_name="ap-southeast-1")
    for name in ("files", "other"):
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    yield f"s3://files/crm?region=ap-southeast-1&endpoint={endpoint}"
    os.environ.clear()
    os.environ.update(before)
    server.stop()


@pytest.mark.django_db
def test_a_file_of_a_customer_lies_in_the_bucket_and_comes_from_there(bucket, settings, signed_in, owner, inside):
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(bucket, settings.FILES)}
    customer = actions.create_customer({"name": "ร้านกาแฟดอยหมอก"}, acting_member=owner).customer
    answer = signed_in.post(
        f"/customers/{customer.pk}/files/", {"files": ContentFile("ใบสั่งซื้อ".encode(), name="ใบสั่งซื้อ.txt")}
    )
    assert answer.status_code < 400, answer.content.decode()[:500]
    stored = CustomerFile.objects.get(customer=customer)
    assert not (settings.FILES / stored.path).exists()
    assert default_storage.open(stored.path).read() == "ใบสั่งซื้อ".encode()
    shown = signed_in.get(f"/customers/{customer.pk}/files/{stored.pk}/")
    assert b"".join(shown.streaming_content if shown.streaming else [shown.content]) == "ใบสั่งซื้อ".encode()


@pytest.mark.django_db
def test_a_backup_holds_the_files_of_the_bucket(bucket, tmp_path):
    here = dataclasses.replace(load_environment(os.environ), files_url=bucket)
    storage = remote_files(here)
    content = os.urandom(3_000_000)
    storage.save("workspaces/ก/customers/รูป.jpg", ContentFile(content))
    made = make_backup(here, tmp_path / "one.samphan", say=lambda text: None)
    with read_archive(made.path, None) as archive:
        found = {entry.name: entry.content() for entry in archive.entries() if entry.name.startswith("files/")}
    assert found["files/workspaces/ก/customers/รูป.jpg"] == content
    (here.home / "backup.json").unlink()


@pytest.mark.django_db
def test_a_backup_holds_the_files_of_custom_fields(bucket, settings, owner, inside, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(bucket, settings.FILES)}
    host = hosts.hosts()[0]
    customer = actions.create_customer({"name": "ร้านกาแฟดอยหมอก"}, acting_member=owner).customer
    field = add_field(host, Draft("file", "สัญญา"), acting_member=owner)
    files.add_files(host, customer, field, [("สัญญา.txt", ContentFile(b"signed"))], acting_member=owner)
    stored = FieldFile.objects.get(record_id=customer.pk)
    here = dataclasses.replace(load_environment(os.environ), files_url=bucket)
    made = make_backup(here, tmp_path / "fields.samphan", say=lambda text: None)
    with read_archive(made.path, None) as archive:
        found = {entry.name: entry.content() for entry in archive.entries() if entry.name.startswith("files/")}
    assert found[f"files/{stored.path}"] == b"signed"
    (here.home / "backup.json").unlink()


@pytest.mark.long
@pytest.mark.django_db
def test_a_restore_brings_them_into_the_other_bucket(bucket, tmp_path, make_environment):
    here = dataclasses.replace(load_environment(os.environ), files_url=bucket)
    remote_files(here).save("workspaces/ข/one.txt", ContentFile(b"one"))
    made = make_backup(here, tmp_path / "one.samphan", say=lambda text: None)
    (here.home / "backup.json").unlink()
    other = dataclasses.replace(make_environment(), files_url=bucket.replace("/files/crm", "/other/new"))
    restore(other, made.path, say=lambda text: None)
    assert remote_files(other).open("workspaces/ข/one.txt").read() == b"one"
    assert not (other.home / "files" / "workspaces").exists() or not any(
        path.is_file() for path in (other.home / "files" / "workspaces").rglob("*")
    )


@pytest.mark.parametrize("url", ["s3://", "http://bucket/x", "s3://key:secret@bucket", "s3://bucket?regio=x"])
def test_refuses_an_address_that_means_no_bucket(url):
    with pytest.raises(EnvironmentProblem, match="SAMPHAN_FILES_URL must look like s3://bucket/folder"):
        load_environment({"SAMPHAN_FILES_URL": url})
