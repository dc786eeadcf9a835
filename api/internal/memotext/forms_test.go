package memotext_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
)

func forms() memotext.Forms {
	return memotext.Forms{
		Markers:       []string{"utm_source", "고객 마케팅 수신 동의"},
		SkipMarker:    "먼저 전화로 여쭙고 나서 찾아뵙겠습니다",
		DropKeys:      []string{"고객전화", "회사업종", "고객utm_source", "Partner'sPrivacyPolicy"},
		MinimalKeys:   []string{"고객이름", "고객이메일", "회사이름", "고객담당업무", "고객직급/직책"},
		QuestionWords: []string{"궁금", "고민"},
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	const mark = "\n- 고객 utm_source : x"
	tests := []struct {
		name, text string
		want       memotext.Fields // nil with KeepRaw and Drop
		outcome    memotext.Outcome
	}{
		{"empty", "", nil, memotext.KeepRaw},
		{"ordinary memo", "- 고객 이름 : 가", nil, memotext.KeepRaw},
		{"says nothing", "먼저 전화로 여쭙고 나서 찾아뵙겠습니다", nil, memotext.Drop},
		{"drop key", "- 고객 이름 : 가\n- 고객 전화 : 010" + mark, memotext.Fields{{"고객이름", "가"}}, memotext.Cleaned},
		{"continued", "- 질문 내용 : 첫줄\n둘째줄" + mark, memotext.Fields{{"질문내용", "첫줄 둘째줄"}}, memotext.Cleaned},
		{
			"continuation with a colon", "- 시간 : 10:30\n연결 12:00 시각" + mark,
			memotext.Fields{{"시간", "10:30"}, {"연결12", "00 시각"}},
			memotext.Cleaned,
		},
		{"bullet is the key", "-: x" + mark, memotext.Fields{{"-", "x"}}, memotext.Cleaned},
		{"other bullet is the key", "•:x" + mark, memotext.Fields{{"•", "x"}}, memotext.Cleaned},
		{"blank is the key", "- : x" + mark, memotext.Fields{{"", "x"}}, memotext.Cleaned},
		{"no key", ": x\n- 가 : 나" + mark, memotext.Fields{{"가", "나"}}, memotext.Cleaned},
		{"other bullet", "• 가 : 나" + mark, memotext.Fields{{"가", "나"}}, memotext.Cleaned},
		{"two bullets", "- - 가 : 나" + mark, memotext.Fields{{"-가", "나"}}, memotext.Cleaned},
		{"leading text", "안녕하세요\n- 가 : 나" + mark, memotext.Fields{{"가", "나"}}, memotext.Cleaned},
		{"dots", "- 가 : ..나..." + mark, memotext.Fields{{"가", "나"}}, memotext.Cleaned},
		{"blank before the dot stays", "- 가 : 나 ." + mark, memotext.Fields{{"가", "나 "}}, memotext.Cleaned},
		{"no values", "- 가 : \n- 나 : (공백)\n- 다 : -\n- 라 : .\n- 마 : 바" + mark, memotext.Fields{{"마", "바"}}, memotext.Cleaned},
		{"first value wins", "- 가 : 1\n- 가 : 2" + mark, memotext.Fields{{"가", "1"}}, memotext.Cleaned},
		{
			"questions", "- 궁금하신 점 : 가격\n- 요즘 고민 : 인원\n- 궁 금 : 나" + mark,
			memotext.Fields{{"question", "가격"}, {"궁금", "나"}},
			memotext.Cleaned,
		},
		{"smileys and line ends", "- 가 :) : 나\r\n다\r\n" + mark, memotext.Fields{{"가", "나 다"}}, memotext.Cleaned},
		{"only a space is a blank", "- 가\u00a0나 : 다" + mark, memotext.Fields{{"가\u00a0나", "다"}}, memotext.Cleaned},
		{"similar keys stay", "- utm_source : a\n- 고객 utm_term : b", memotext.Fields{{"utm_source", "a"}, {"고객utm_term", "b"}}, memotext.Cleaned},
		{"nothing left", "- 고객 전화 : 010" + mark, nil, memotext.KeepRaw},
		{"minimal", "고객 이름:가\n고객 이메일:나\n회사 이름:다\n고객 담당업무:라\n고객 직급/직책:마" + mark, nil, memotext.Drop},
		{
			"less than minimal", "고객 이름:가\n고객 이메일:나\n회사 이름:다\n고객 담당업무:라" + mark,
			memotext.Fields{{"고객이름", "가"}, {"고객이메일", "나"}, {"회사이름", "다"}, {"고객담당업무", "라"}},
			memotext.Cleaned,
		},
		{"other marker", "가:나\n고객 마케팅 수신 동의", memotext.Fields{{"가", "나 고객 마케팅 수신 동의"}}, memotext.Cleaned},
	}
	cleaner := memotext.NewCleaner(forms())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, outcome := cleaner.Clean(crm.NewText(tt.text))
			if outcome != tt.outcome {
				t.Errorf("got outcome %v, want %v", outcome, tt.outcome)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClean_Null(t *testing.T) {
	t.Parallel()
	if _, outcome := memotext.NewCleaner(forms()).Clean(crm.Text{}); outcome != memotext.KeepRaw {
		t.Errorf("got outcome %v, want KeepRaw", outcome)
	}
}

func TestClean_NoForms(t *testing.T) {
	t.Parallel()
	if _, outcome := memotext.NewCleaner(memotext.Forms{}).Clean(crm.NewText("- utm_source : x")); outcome != memotext.KeepRaw {
		t.Errorf("a workspace without forms: got outcome %v, want KeepRaw", outcome)
	}
}

func TestFields_MarshalJSON(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(memotext.Fields{{"나", `"1"`}, {"가", "2"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"나":"\"1\"","가":"2"}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, err := json.Marshal(memotext.Fields{}); err != nil || string(got) != "{}" {
		t.Errorf("no fields: got %s, %v", got, err)
	}
}
