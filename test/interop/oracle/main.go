// Command oracle answers what other clients make of a text: one JSON request per line of standard
// input, one JSON answer per line of standard output.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/containerd/containerd/v2/core/remotes/docker/auth"
	"github.com/distribution/reference"
	"github.com/docker/distribution/registry/client/auth/challenge"
)

type request struct {
	// Reference is parsed as `docker pull` would; otherwise Challenge is a WWW-Authenticate field.
	Reference *string  `json:"reference"`
	Challenge []string `json:"challenge"`
}

type parsedReference struct {
	Domain string `json:"domain"`
	Path   string `json:"path"`
	Tag    string `json:"tag"`
	Digest string `json:"digest"`
	Error  string `json:"error"`
}

type parsedChallenge struct {
	Scheme     string            `json:"scheme"`
	Parameters map[string]string `json:"parameters"`
}

type parsedChallenges struct {
	Containerd   []parsedChallenge `json:"containerd"`
	Distribution []parsedChallenge `json:"distribution"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var asked request
		if err := json.Unmarshal(in.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(answer(asked)); err != nil {
			log.Fatal(err)
		}
	}
	if err := in.Err(); err != nil {
		log.Fatal(err)
	}
}

func answer(asked request) any {
	if asked.Reference != nil {
		return parseReference(*asked.Reference)
	}
	header := http.Header{}
	for _, field := range asked.Challenge {
		header.Add("WWW-Authenticate", field)
	}
	return parsedChallenges{byContainerd(header), byDistribution(header)}
}

func parseReference(text string) parsedReference {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return parsedReference{Error: err.Error()}
	}
	parsed := parsedReference{Domain: reference.Domain(named), Path: reference.Path(named)}
	if tagged, ok := named.(reference.Tagged); ok {
		parsed.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		parsed.Digest = digested.Digest().String()
	}
	return parsed
}

var schemes = map[auth.AuthenticationScheme]string{
	auth.BasicAuth: "basic", auth.DigestAuth: "digest", auth.BearerAuth: "bearer",
}

func byContainerd(header http.Header) []parsedChallenge {
	found := []parsedChallenge{}
	for _, c := range auth.ParseAuthHeader(header) {
		found = append(found, parsedChallenge{schemes[c.Scheme], c.Parameters})
	}
	return found
}

func byDistribution(header http.Header) []parsedChallenge {
	found := []parsedChallenge{}
	response := &http.Response{
		StatusCode: http.StatusUnauthorized,
		Header:     header,
		Request:    &http.Request{URL: &url.URL{Scheme: "https", Host: "registry.example"}},
	}
	for _, c := range challenge.ResponseChallenges(response) {
		found = append(found, parsedChallenge{c.Scheme, c.Parameters})
	}
	return found
}
