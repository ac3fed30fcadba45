// Reads an object of the sandbox with the credentials that the environment names, as Google's
// library for Go finds them, unmodified; prints what it holds, or why it could not.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"cloud.google.com/go/storage"
	"google.golang.org/api/option"
)

func read() (string, error) {
	ctx := context.Background()
	endpoint := option.WithEndpoint(os.Getenv("CLOUDLAB_URL") + "/storage/v1/")
	client, err := storage.NewClient(ctx, endpoint, storage.WithJSONReads())
	if err != nil {
		return "", err
	}
	reader, err := client.Bucket(os.Getenv("BUCKET")).Object("report.txt").NewReader(ctx)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(reader)
	return string(text), err
}

func main() {
	text, err := read()
	if err != nil {
		text = err.Error()
	}
	fmt.Print(text)
}
