package sandboxdata

import (
	"strconv"
	"strings"
)

// Names are put together from everyday words and syllables. A made-up
// organisation is a word, a syllable and what kind of house it is.

func nameHeads() []string {
	return []string{
		"새벽", "노을", "이슬", "들꽃", "바람", "은하", "여울", "솔숲", "햇살", "단풍", "물결", "별빛",
		"산들", "고요", "마루", "포근", "나루", "갈대", "모래", "안개", "수풀", "달무리", "눈꽃", "봄볕",
	}
}

func nameTails() []string {
	return []string{
		"결", "찬", "온", "담", "뫼", "솔", "빛", "터", "샘", "길",
		"돌", "울", "참", "품", "숨", "골", "들", "벗", "잎", "나래",
	}
}

// house is a kind of organisation: the end of its name and its trade.
type house struct {
	ending       string
	kind         houseKind
	major, minor string // trade, coarse and fine
}

type houseKind uint8

const (
	corporate houseKind = iota
	public
	university
)

func houses() []house {
	return []house{
		{"전자", corporate, "제조업", "전기·전자"},
		{"화학", corporate, "제조업", "화학·소재"},
		{"제약", corporate, "제조업", "화학·소재"},
		{"물류", corporate, "운수업", "운수업"},
		{"은행", corporate, "금융업", "은행"},
		{"유통", corporate, "서비스업", "유통"},
		{"건설", corporate, "건설업", "종합건설"},
		{"소프트", corporate, "서비스업", "IT·SW"},
		{"진흥원", public, "공공", "지방자치"},
		{"생명보험", corporate, "금융업", "보험"},
		{"식품", corporate, "제조업", "화학·소재"},
		{"대학교", university, "교육", "고등교육"},
		{"중공업", corporate, "제조업", "전기·전자"},
		{"게임즈", corporate, "서비스업", "IT·SW"},
		{"시설공단", public, "공공", "지방자치"},
		{"증권", corporate, "금융업", "은행"},
		{"에너지", corporate, "제조업", "화학·소재"},
		{"패션", corporate, "서비스업", "유통"},
		{"바이오", corporate, "제조업", "화학·소재"},
		{"도시공사", public, "공공", "지방자치"},
		{"과학기술대학", university, "교육", "고등교육"},
		{"통신", corporate, "서비스업", "IT·SW"},
		{"구청", public, "공공", "지방자치"},
		{"호텔", corporate, "서비스업", "유통"},
	}
}

func surnames() []string {
	return []string{
		"독고", "제갈", "표", "위", "반", "황보", "탁", "백", "채", "추", "설", "왕", "선우", "국", "길", "남궁",
		"변", "편", "도", "연", "옥", "현", "은", "사공", "마", "봉", "석",
	}
}

func givenNames() []string {
	return []string{
		"온유", "하람", "로운", "아람", "이든", "슬찬", "시내", "나래", "예솔", "늘봄", "미르", "빛나", "고운", "나린",
		"라온", "해솔", "은솔", "한결", "바다", "찬솔", "자람", "다온", "초아", "여울", "아리", "한별", "세움", "이솔",
		"해든", "하늘", "보라", "단비", "가람", "윤슬", "다솜", "겨울", "파랑", "도담", "누리", "차온",
	}
}

// vocabulary holds the word tables, made once per workspace.
type vocabulary struct {
	heads, tails     []string
	houses           []house
	surnames, givens []string
}

func newVocabulary() vocabulary {
	return vocabulary{nameHeads(), nameTails(), houses(), surnames(), givenNames()}
}

// person returns an invented person's name.
func (v *vocabulary) person(r roll) string { return pick(r, v.surnames) + pick(r.then(1), v.givens) }

// scatter makes neighbours in the list of made-up names look unrelated: it has
// no factor in common with the number of combinations.
const scatter = 7919

// organization returns made-up name number n, each n another one, and its kind.
func (v *vocabulary) organization(n int) (string, house) {
	combinations := len(v.heads) * len(v.tails) * len(v.houses)
	round, x := n/combinations, n*scatter%combinations
	h := v.houses[x%len(v.houses)]
	x /= len(v.houses)
	name := v.heads[x/len(v.tails)] + v.tails[x%len(v.tails)] + h.ending
	if round > 0 {
		name += strconv.Itoa(round + 1)
	}
	return name, h
}

// houseOf guesses the kind of an organisation from its name.
func (w *Workspace) houseOf(name string) house {
	for _, h := range w.words.houses {
		if strings.HasSuffix(name, h.ending) {
			return h
		}
	}
	for _, word := range w.profile.universityWords {
		if strings.Contains(name, word) {
			return house{kind: university, major: "교육", minor: "고등교육"}
		}
	}
	for _, word := range w.profile.publicWords {
		if strings.HasSuffix(name, word) {
			return house{kind: public, major: "공공", minor: "지방자치"}
		}
	}
	return house{kind: corporate, major: "서비스업", minor: "유통"}
}
