package obs

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	probeTimeout   = 3 * time.Second
	probeBodyBytes = 4 << 10
)

// Probe asks a health endpoint once and returns nil for a 2xx answer: what
// `api healthcheck` and `worker healthcheck` do, since the images have neither
// a shell nor curl (spec 09).
func Probe(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return fmt.Errorf("probe %s: %w", url, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, probeBodyBytes))
	if err != nil {
		return fmt.Errorf("probe %s: %w", url, err)
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("probe %s: %s: %s", url, resp.Status, body)
	}
	return nil
}
