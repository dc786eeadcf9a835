package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/won"
)

// Bounds of the Markdown dossier (spec 02 §5.1).
const (
	maxDossierRows     = 500
	maxDossierMemos    = 50
	minMemoChars       = 50
	maxMemoChars       = 500
	minDossierChars    = 10_000
	maxDossierChars    = 1_000_000
	defaultDeals       = 200
	defaultPeople      = 60
	defaultDealMemos   = 10
	defaultMemoChars   = 240
	defaultOutputChars = 200_000
)

// wonMarkdownPath is the dossier, text that is no table (spec 02 §5).
const wonMarkdownPath = "/api/orgs/:id/won-groups-markdown-compact"

// wonRoutes tell what one organisation bought (spec 02 §2–§4).
func wonRoutes() []dataRoute {
	return []dataRoute{
		{"/api/orgs/:id/won-summary", wonSummary},
		{"/api/orgs/:id/won-groups-json", wonGroups},
		{"/api/orgs/:id/won-groups-json-compact", wonCompact},
	}
}

func wonSummary(in *input) answer {
	id := in.id()
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Won.Summary(id) }
}

func wonGroups(in *input) answer {
	id := in.id()
	return func(ctx context.Context, s *served.Snapshot) (any, error) { return s.Won.Groups(ctx, id) }
}

func wonCompact(in *input) answer {
	id := in.id()
	return func(ctx context.Context, s *served.Snapshot) (any, error) { return s.Won.Compact(ctx, id) }
}

// wonMarkdown binds the dossier, which is text unless it is asked for as JSON.
// Its parameter `format` is its own.
func wonMarkdown(in *input, _ http.Header) (*form, answer) {
	id := in.id()
	o := won.MarkdownOptions{
		UpperOrg:       in.text("upper_org", ""),
		MaxDeals:       in.whole("max_deals", defaultDeals, 1, maxDossierRows),
		MaxPeople:      in.whole("max_people", defaultPeople, 1, maxDossierRows),
		DealMemos:      in.whole("deal_memo_limit", defaultDealMemos, 1, maxDossierMemos),
		MemoChars:      in.whole("memo_max_chars", defaultMemoChars, minMemoChars, maxMemoChars),
		RedactPhone:    in.flagElse("redact_phone", true),
		MaxOutputChars: in.whole("max_output_chars", defaultOutputChars, minDossierChars, maxDossierChars),
	}
	f := &form{contentType: textType, cacheControl: revalidate, encode: encodeDossier}
	if in.oneOf(paramFormat, "text", formatJSON) == formatJSON {
		f = asJSON
	}
	return f, func(ctx context.Context, s *served.Snapshot) (any, error) { return s.Won.Markdown(ctx, id, o) }
}

func encodeDossier(_ *served.Snapshot, value any) ([]byte, error) {
	dossier, ok := value.(won.Markdown)
	if !ok {
		return nil, fmt.Errorf("write a dossier: a %T", value)
	}
	return []byte(dossier.Markdown), nil
}
