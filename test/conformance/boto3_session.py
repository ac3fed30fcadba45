"""What boto3 does with the sandbox, unmodified. Prints the name of each part that held."""

import hashlib
import os
import urllib.error
import urllib.request

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError


def client(**kwargs):
    return boto3.client(
        "s3",
        endpoint_url=os.environ["SANDBOX_URL"],
        region_name="auto",
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}, **kwargs),
    )


def code_of(call, **kwargs):
    try:
        call(**kwargs)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


s3 = client()
s3.create_bucket(Bucket="boto-lesson")
assert code_of(s3.create_bucket, Bucket="boto-lesson") == "BucketAlreadyOwnedByYou"
assert [b["Name"] for b in s3.list_buckets()["Buckets"]] == ["boto-lesson"]
s3.head_bucket(Bucket="boto-lesson")
assert code_of(s3.head_bucket, Bucket="boto-none") == "404"
assert s3.get_bucket_location(Bucket="boto-lesson")["LocationConstraint"] == "US"
print("buckets")

body = "안녕, S3\n".encode()
put = s3.put_object(
    Bucket="boto-lesson",
    Key="인사/hello world+1.txt",
    Body=body,
    ContentType="text/plain; charset=utf-8",
    Metadata={"color": "gray"},
    ACL="public-read",
)
assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
got = s3.get_object(Bucket="boto-lesson", Key="인사/hello world+1.txt")
assert got["Body"].read() == body
assert got["Metadata"] == {"color": "gray"}
assert got["ContentType"] == "text/plain; charset=utf-8"
assert got["ChecksumCRC32C"]
ranged = s3.get_object(Bucket="boto-lesson", Key="인사/hello world+1.txt", Range="bytes=0-5")
assert ranged["Body"].read() == body[:6]
assert code_of(s3.get_object, Bucket="boto-lesson", Key="none") == "NoSuchKey"
assert code_of(s3.head_object, Bucket="boto-lesson", Key="none") == "404"
head = s3.head_object(Bucket="boto-lesson", Key="인사/hello world+1.txt")
assert head["ContentLength"] == len(body)
print("objects")

for algorithm in ["CRC32", "SHA1", "SHA256"]:
    s3.put_object(Bucket="boto-lesson", Key="sum", Body=b"sum", ChecksumAlgorithm=algorithm)
with open(os.environ["LARGE_FILE"], "rb") as stream:
    s3.put_object(Bucket="boto-lesson", Key="stream", Body=stream)
assert s3.head_object(Bucket="boto-lesson", Key="stream")["ContentLength"] == 20 * 1024 * 1024
unsigned = client(signature_version="s3v4", request_checksum_calculation="when_required")
unsigned.put_object(Bucket="boto-lesson", Key="sum", Body=b"plain")
print("checksums")

s3.upload_file(os.environ["LARGE_FILE"], "boto-lesson", "large.bin")
large = s3.head_object(Bucket="boto-lesson", Key="large.bin")
assert large["ETag"].endswith('-3"'), large["ETag"]
s3.download_file("boto-lesson", "large.bin", os.environ["LARGE_FILE"] + ".back")
with open(os.environ["LARGE_FILE"], "rb") as a, open(os.environ["LARGE_FILE"] + ".back", "rb") as b:
    assert a.read() == b.read()
s3.copy({"Bucket": "boto-lesson", "Key": "large.bin"}, "boto-lesson", "large copy.bin")
assert s3.head_object(Bucket="boto-lesson", Key="large copy.bin")["ContentLength"] == 20 * 1024 * 1024
upload = s3.create_multipart_upload(Bucket="boto-lesson", Key="never")["UploadId"]
s3.upload_part(Bucket="boto-lesson", Key="never", UploadId=upload, PartNumber=1, Body=b"x")
assert len(s3.list_parts(Bucket="boto-lesson", Key="never", UploadId=upload)["Parts"]) == 1
uploads = s3.list_multipart_uploads(Bucket="boto-lesson")["Uploads"]
assert [u["UploadId"] for u in uploads] == [upload]
s3.abort_multipart_upload(Bucket="boto-lesson", Key="never", UploadId=upload)
assert "Uploads" not in s3.list_multipart_uploads(Bucket="boto-lesson")
print("multipart")

for name in ["p/1", "p/2", "p/q/3", "p/q/4"]:
    s3.put_object(Bucket="boto-lesson", Key=name, Body=b"")
page = s3.list_objects_v2(Bucket="boto-lesson", Prefix="p/", Delimiter="/")
assert [o["Key"] for o in page["Contents"]] == ["p/1", "p/2"]
assert [p["Prefix"] for p in page["CommonPrefixes"]] == ["p/q/"]
pages = s3.get_paginator("list_objects_v2").paginate(
    Bucket="boto-lesson", Prefix="p/", PaginationConfig={"PageSize": 1}
)
assert [o["Key"] for page in pages for o in page["Contents"]] == ["p/1", "p/2", "p/q/3", "p/q/4"]
pages = s3.get_paginator("list_objects").paginate(
    Bucket="boto-lesson", Prefix="p/", PaginationConfig={"PageSize": 3}
)
assert len([o for page in pages for o in page["Contents"]]) == 4
print("listing")

s3.put_bucket_versioning(Bucket="boto-lesson", VersioningConfiguration={"Status": "Enabled"})
assert s3.get_bucket_versioning(Bucket="boto-lesson")["Status"] == "Enabled"
for text in [b"one", b"two"]:
    s3.put_object(Bucket="boto-lesson", Key="v", Body=text)
versions = s3.list_object_versions(Bucket="boto-lesson", Prefix="v")["Versions"]
assert [v["IsLatest"] for v in versions] == [False, True]
first = versions[0]["VersionId"]
old = s3.get_object(Bucket="boto-lesson", Key="v", VersionId=first)
assert old["Body"].read() == b"one"
s3.delete_object(Bucket="boto-lesson", Key="v", VersionId=first)
s3.put_bucket_versioning(Bucket="boto-lesson", VersioningConfiguration={"Status": "Suspended"})
print("versions")

url = s3.generate_presigned_url("get_object", Params={"Bucket": "boto-lesson", "Key": "sum"})
assert urllib.request.urlopen(url).read() == b"plain"
try:
    urllib.request.urlopen(url.replace("/sum?", "/stream?"))
    raise AssertionError("an altered URL was accepted")
except urllib.error.HTTPError as error:
    assert error.code == 403 and b"SignatureDoesNotMatch" in error.read()
wrong = boto3.client(
    "s3",
    endpoint_url=os.environ["SANDBOX_URL"],
    region_name="auto",
    aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
    aws_secret_access_key="wrong",
)
assert code_of(wrong.list_objects_v2, Bucket="boto-lesson") == "SignatureDoesNotMatch"
print("signatures")

keys = [{"Key": o["Key"]} for o in s3.list_objects_v2(Bucket="boto-lesson")["Contents"]]
gone = s3.delete_objects(Bucket="boto-lesson", Delete={"Objects": keys})
assert sorted(d["Key"] for d in gone["Deleted"]) == sorted(k["Key"] for k in keys)
assert "Contents" not in s3.list_objects_v2(Bucket="boto-lesson")
s3.delete_bucket(Bucket="boto-lesson")
print("deletion")
