// Command print writes the API's settings as JSON, for the generated
// documents (make gen).
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/config"
)

func main() {
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	if err := enc.Encode(config.Sections()); err != nil {
		fmt.Fprintln(os.Stderr, "print settings:", err)
		os.Exit(1)
	}
}
