package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"cloud.google.com/go/storage"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
)

func main() {
	log.SetFlags(log.Lshortfile)
	ctx := context.Background()
	client, err := storage.NewClient(ctx, option.WithoutAuthentication())
	check(err)
	bucket := client.Bucket("go-lesson")
	check(bucket.Create(ctx, os.Getenv("PROJECT"), nil))
	fmt.Println("bucket")

	small := []byte("안녕, Go\n")
	large := make([]byte, 20<<20)
	rand.Read(large)
	names := []string{"dir/인사 a+b%2F.txt", "dir//large", "empty"}
	bodies := [][]byte{small, large, {}}
	for i, name := range names {
		w := bucket.Object(name).NewWriter(ctx)
		w.ContentType = "text/plain"
		w.Metadata = map[string]string{"k": "v"}
		w.ChunkSize = 8 << 20
		_, err := w.Write(bodies[i])
		check(err)
		check(w.Close())
	}
	fmt.Println("writing")

	for i, name := range names {
		r, err := bucket.Object(name).NewReader(ctx)
		check(err)
		got, err := io.ReadAll(r)
		check(err)
		expect(bytes.Equal(got, bodies[i]), name)
		expect(r.Attrs.ContentType == "text/plain" && r.Attrs.Generation > 0, "attributes")
		expect(r.Attrs.Size == int64(len(bodies[i])), "size")
		r.Close()
	}
	r, err := bucket.Object(names[1]).NewRangeReader(ctx, 1000, 5000)
	check(err)
	part, err := io.ReadAll(r)
	check(err)
	expect(bytes.Equal(part, large[1000:6000]), "range")
	r, err = bucket.Object(names[1]).NewRangeReader(ctx, -10, -1)
	check(err)
	part, err = io.ReadAll(r)
	check(err)
	expect(bytes.Equal(part, large[len(large)-10:]), "suffix")
	_, err = bucket.Object("none").NewReader(ctx)
	expect(errors.Is(err, storage.ErrObjectNotExist), "missing object")
	_, err = bucket.Object(names[0]).If(storage.Conditions{GenerationMatch: 1}).NewReader(ctx)
	expect(err != nil, "condition")
	fmt.Println("reading")

	it := bucket.Objects(ctx, &storage.Query{Prefix: "dir/"})
	var listed []string
	for {
		attrs, err := it.Next()
		if err == iterator.Done {
			break
		}
		check(err)
		listed = append(listed, attrs.Name)
	}
	expect(len(listed) == 2 && listed[0] == names[1] && listed[1] == names[0], fmt.Sprint(listed))
	fmt.Println("listing")

	for _, name := range names {
		check(bucket.Object(name).Delete(ctx))
	}
	check(bucket.Delete(ctx))
	fmt.Println("deletion")
}

func check(err error) {
	if err != nil {
		log.Output(2, err.Error())
		os.Exit(1)
	}
}

func expect(held bool, what string) {
	if !held {
		log.Output(2, "not as expected: "+what)
		os.Exit(1)
	}
}
