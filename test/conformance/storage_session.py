"""A session with Python's google-cloud-storage, unmodified, against STORAGE_EMULATOR_HOST.

Each function is one part of it, in the order in which they stand; a failed assertion ends
the program. Run by storage-python.test.ts.
"""

import base64
import hashlib
import io
import os
import sys
import tempfile

from google.api_core import exceptions
from google.cloud import storage
from google.cloud.storage import transfer_manager

MIB = 1024 * 1024
client = storage.Client(project=os.environ["GOOGLE_CLOUD_PROJECT"])


def raises(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


def buckets():
    bucket = client.bucket("python-lesson")
    bucket.storage_class = "NEARLINE"
    bucket.labels = {"course": "storage"}
    bucket = client.create_bucket(bucket, location="asia-northeast3")
    assert bucket.location == "ASIA-NORTHEAST3" and bucket.location_type == "region"
    assert bucket.storage_class == "NEARLINE" and bucket.labels == {"course": "storage"}
    raises(exceptions.Conflict, client.create_bucket, "python-lesson")
    assert [found.name for found in client.list_buckets()] == ["python-lesson"]
    assert client.lookup_bucket("nowhere") is None

    bucket.storage_class = "STANDARD"
    bucket.versioning_enabled = True
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    bucket.add_lifecycle_delete_rule(age=30)
    bucket.cors = [{"origin": ["*"], "method": ["GET"], "maxAgeSeconds": 60}]
    bucket.patch()
    bucket.reload()
    assert bucket.versioning_enabled and bucket.storage_class == "STANDARD"
    assert bucket.iam_configuration.uniform_bucket_level_access_enabled
    assert [dict(rule)["condition"] for rule in bucket.lifecycle_rules] == [{"age": 30}]
    assert bucket.cors[0]["method"] == ["GET"]
    bucket.versioning_enabled = False
    bucket.lifecycle_rules = []
    bucket.update()
    assert not client.get_bucket("python-lesson").versioning_enabled


def bodies():
    bucket = client.bucket("python-lesson")
    small = bucket.blob("안녕/small.txt")
    small.upload_from_string("hello, 파이썬", content_type="text/plain", checksum="md5")
    assert small.download_as_text() == "hello, 파이썬"
    assert small.content_type == "text/plain" and small.size == len("hello, 파이썬".encode())
    empty = bucket.blob("empty")
    empty.upload_from_string(b"")
    assert empty.download_as_bytes() == b""

    data = os.urandom(20 * MIB + 7)
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "large.bin")
        with open(source, "wb") as file:
            file.write(data)
        for chunk_size in (None, 5 * MIB):
            large = bucket.blob("large.bin", chunk_size=chunk_size)
            large.upload_from_filename(source, checksum="crc32c")
            assert large.size == len(data)
        target = os.path.join(folder, "back.bin")
        large.download_to_filename(target, checksum="md5")
        with open(target, "rb") as file:
            assert file.read() == data
    stream = bucket.blob("stream.bin", chunk_size=256 * 1024)
    stream.upload_from_file(io.BytesIO(data[: 3 * MIB]))  # of unknown size, in chunks
    assert stream.download_as_bytes() == data[: 3 * MIB]

    assert large.download_as_bytes(start=10, end=19) == data[10:20]
    assert large.download_as_bytes(start=len(data) - 3) == data[-3:]
    raises(exceptions.RequestRangeNotSatisfiable, large.download_as_bytes, start=len(data))
    raises(exceptions.NotFound, bucket.blob("missing").download_as_bytes)
    assert bucket.get_blob("missing") is None and not bucket.blob("missing").exists()
    assert base64.b64decode(large.md5_hash) == hashlib.md5(data).digest()


def files():
    bucket = client.bucket("python-lesson")
    lines = [f"line {number}\n" for number in range(60_000)]
    with bucket.blob("notes.txt").open("w", chunk_size=256 * 1024) as file:
        file.writelines(lines)
    with bucket.blob("notes.txt").open("r", chunk_size=300_000) as file:
        assert file.readlines() == lines
    with bucket.blob("notes.txt").open("rb") as file:
        file.seek(-len(lines[-1]), io.SEEK_END)
        assert file.read().decode() == lines[-1]


def listing():
    bucket = client.bucket("python-lesson")
    for name in ("tree/a", "tree/b", "tree/deep/c", "tree/deep/d", "tree/z"):
        bucket.blob(name).upload_from_string(name)
    names = [blob.name for blob in client.list_blobs(bucket, prefix="tree/", page_size=2)]
    assert names == ["tree/a", "tree/b", "tree/deep/c", "tree/deep/d", "tree/z"]
    found = client.list_blobs(bucket, prefix="tree/", delimiter="/")
    assert [blob.name for blob in found] == ["tree/a", "tree/b", "tree/z"]
    assert found.prefixes == {"tree/deep/"}
    globbed = client.list_blobs(bucket, match_glob="tree/**/[cd]")
    assert [blob.name for blob in globbed] == ["tree/deep/c", "tree/deep/d"]
    between = client.list_blobs(bucket, start_offset="tree/b", end_offset="tree/deep/d")
    assert [blob.name for blob in between] == ["tree/b", "tree/deep/c"]


def copies():
    bucket = client.bucket("python-lesson")
    other = client.create_bucket("python-other", location="US")
    source = bucket.blob("large.bin")
    copied = bucket.copy_blob(source, other, "copied.bin")
    assert copied.crc32c == bucket.get_blob("large.bin").crc32c
    target = other.blob("rewritten.bin")
    target.storage_class = "COLDLINE"
    token, rewritten, total = target.rewrite(source)
    assert (token, rewritten) == (None, total)
    target.update_storage_class("ARCHIVE")
    assert other.get_blob("rewritten.bin").storage_class == "ARCHIVE"

    for part in "ab":
        bucket.blob(f"part-{part}").upload_from_string(part * 5)
    whole = bucket.blob("whole")
    whole.content_type = "text/plain"
    whole.compose([bucket.blob("part-a"), bucket.blob("part-b")])
    assert whole.download_as_bytes() == b"aaaaabbbbb" and whole.component_count == 2
    assert whole.md5_hash is None
    renamed = bucket.rename_blob(whole, "renamed")
    assert renamed.exists() and not bucket.blob("whole").exists()
    other.delete(force=True)


def metadata():
    bucket = client.bucket("python-lesson")
    blob = bucket.get_blob("tree/a")
    before = blob.metageneration
    blob.metadata = {"color": "blue", "size": "5"}
    blob.cache_control = "no-store"
    blob.patch()
    assert blob.metageneration == before + 1
    blob.metadata = {"color": None}
    blob.patch()
    blob.reload()
    assert blob.metadata == {"size": "5"} and blob.cache_control == "no-store"


def generations():
    bucket = client.get_bucket("python-lesson")
    bucket.versioning_enabled = True
    bucket.patch()
    blob = bucket.blob("versioned")
    blob.upload_from_string("one", if_generation_match=0)
    first = blob.generation
    raises(exceptions.PreconditionFailed, blob.upload_from_string, "x", if_generation_match=0)
    blob.upload_from_string("two", if_generation_match=first)
    assert blob.generation > first
    raises(exceptions.PreconditionFailed, blob.delete, if_generation_match=first)
    old = bucket.blob("versioned", generation=first)
    assert old.download_as_bytes() == b"one"
    assert [b.generation for b in client.list_blobs(bucket, prefix="versioned", versions=True)] == [
        first,
        blob.generation,
    ]
    old.delete()
    raises(exceptions.NotFound, old.reload)
    bucket.versioning_enabled = False
    bucket.patch()


def customer_keys():
    bucket = client.bucket("python-lesson")
    one, two = os.urandom(32), os.urandom(32)
    secret = bucket.blob("secret", encryption_key=one, chunk_size=256 * 1024)
    data = os.urandom(MIB + 3)
    secret.upload_from_file(io.BytesIO(data))
    assert secret.download_as_bytes() == data
    assert secret.download_as_bytes(start=100, end=199) == data[100:200]
    assert secret.crc32c is not None
    bare = bucket.get_blob("secret")
    assert bare.crc32c is None
    raises(exceptions.BadRequest, bare.download_as_bytes)
    raises(exceptions.BadRequest, bucket.blob("secret", encryption_key=two).download_as_bytes)
    rotated = bucket.blob("secret", encryption_key=two)
    assert rotated.rewrite(secret)[0] is None
    assert rotated.download_as_bytes() == data


def batches():
    bucket = client.bucket("python-lesson")
    names = [f"batch/{number}" for number in range(30)]
    for name in names:
        bucket.blob(name).upload_from_string("x")
    with client.batch():
        for name in names[:10]:
            bucket.delete_blob(name)
    bucket.delete_blobs([bucket.blob(name) for name in names[10:29]])
    with client.batch():
        last = bucket.blob(names[29])
        last.metadata = {"in": "batch"}
        last.patch()
    assert last.metadata == {"in": "batch"}
    assert [blob.name for blob in client.list_blobs(bucket, prefix="batch/")] == [names[29]]

    def missing():
        with client.batch():
            bucket.delete_blob("batch/none")
            bucket.delete_blob(names[29])

    raises(exceptions.NotFound, missing)
    assert not bucket.blob(names[29]).exists()


def transfers():
    bucket = client.bucket("python-lesson")
    data = os.urandom(12 * MIB + 1)
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "deep"))
        names = ["one.txt", "deep/two.txt"]
        for name in names:
            with open(os.path.join(folder, name), "w") as file:
                file.write(name)
        threads = {"worker_type": transfer_manager.THREAD, "max_workers": 4}
        results = transfer_manager.upload_many_from_filenames(
            bucket, names, source_directory=folder, blob_name_prefix="many/", **threads
        )
        assert results == [None, None], results
        out = os.path.join(folder, "out")
        transfer_manager.download_many_to_path(
            bucket, [f"many/{name}" for name in names], destination_directory=out, **threads
        )
        with open(os.path.join(out, "many", "deep", "two.txt")) as file:
            assert file.read() == "deep/two.txt"
        source = os.path.join(folder, "source.bin")
        with open(source, "wb") as file:
            file.write(data)
        blob = bucket.blob("chunked.bin")
        transfer_manager.upload_chunks_concurrently(source, blob, chunk_size=5 * MIB, **threads)
        target = os.path.join(folder, "target.bin")
        transfer_manager.download_chunks_concurrently(blob, target, chunk_size=5 * MIB, **threads)
        with open(target, "rb") as file:
            assert file.read() == data


def deletion():
    bucket = client.bucket("python-lesson")
    raises(exceptions.NotFound, bucket.blob("missing").delete)
    raises(exceptions.Conflict, bucket.delete)
    bucket.delete_blobs(list(client.list_blobs(bucket, versions=True)))
    bucket.delete()
    assert list(client.list_buckets()) == []


for part in (
    buckets,
    bodies,
    files,
    listing,
    copies,
    metadata,
    generations,
    customer_keys,
    batches,
    transfers,
    deletion,
):
    part()
    print(part.__name__, flush=True)
sys.exit(0)
