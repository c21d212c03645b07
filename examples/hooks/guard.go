// A hook in Go: reads the event from stdin and prints its decision as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

func main() {
	var event struct {
		Step struct{ Input struct{ Command any } }
	}
	if err := json.NewDecoder(os.Stdin).Decode(&event); err != nil {
		fmt.Fprintln(os.Stderr, "not an event:", err)
		os.Exit(1) // Neither 0 nor 2: a failure, tried again by the hook's retry
	}
	answer := map[string]string{"outcome": "continue", "message": "looked at by " + os.Getenv("HEDDLE_HOOK")}
	if strings.Contains(" "+strings.Trim(fmt.Sprint(event.Step.Input.Command), "[]")+" ", " rm ") {
		answer = map[string]string{"outcome": "cancel", "reason": "rm is not allowed here"}
	}
	json.NewEncoder(os.Stdout).Encode(answer)
}
