package sandboxdata

// form is a web form. Its submissions come from people whose list of submitted
// forms names it, so every second person, once or twice; some are anonymous.
type form struct {
	id, name string
	ref      []byte
	second   []int // which of every secondPeriod candidates name it as their second form
}

const (
	// Every second person (odd index) has a first form; every fourth has a
	// second one too, which follows the first at a changing distance.
	firstEvery   = 2
	secondEvery  = 4
	secondPeriod = (formCount / 2) * (formCount - 1)
	// anonymousEvery submissions one has no person.
	anonymousEvery = 41
	// Submission s of form f has the natural index f<<submissionBits | s.
	submissionBits = 34
)

func formNames() [formCount]string {
	return [formCount]string{
		"교육 상담 신청", "뉴스레터 구독", "AI 리포트 내려받기", "온라인 데모 신청", "공개교육 신청", "세미나 등록",
		"견적 요청", "도입 사례집 받기", "웨비나 다시보기", "무료 체험 신청", "파트너 문의", "만족도 조사",
	}
}

func firstForm(person int) int { return person / firstEvery % formCount }

func secondForm(person int) int {
	return (firstForm(person) + 1 + person/secondEvery%(formCount-1)) % formCount
}

func (w *Workspace) setUpForms() {
	w.forms = make([]form, formCount)
	for f, name := range formNames() {
		id := string(w.appendID(nil, streamForm, f))
		w.forms[f] = form{id: id, name: name, ref: ref(id, name)}
	}
	for j := range secondPeriod {
		f := &w.forms[secondForm(j*secondEvery+secondEvery-1)]
		f.second = append(f.second, j)
	}
}

// writePersonForms writes the list of forms that a person submitted.
func (w *Workspace) writePersonForms(dst []byte, p *person, r roll) []byte {
	if g := p.index - w.people.total(); g >= 0 {
		return append(append(append(dst, '['), w.forms[g%formCount].ref...), ']')
	}
	if p.index%firstEvery == 0 {
		if r.chance(12) {
			return append(dst, `[]`...)
		}
		return appendNull(dst)
	}
	dst = append(append(dst, '['), w.forms[firstForm(p.index)].ref...)
	if p.index%secondEvery == secondEvery-1 {
		dst = append(append(dst, ','), w.forms[secondForm(p.index)].ref...)
	}
	return append(dst, ']')
}

// candidates returns how many of the indices offset, offset+step, … lie below n.
func candidates(n, step, offset int) int { return max(0, (n-offset+step-1)/step) }

// firsts returns how many people have form f as their first.
func (w *Workspace) firsts(f int) int {
	return candidates(w.people.total(), firstEvery*formCount, firstEvery*f+1)
}

// seconds returns how many people have form f as their second.
func (w *Workspace) seconds(f int) int {
	all := candidates(w.people.total(), secondEvery, secondEvery-1)
	n := all / secondPeriod * len(w.forms[f].second)
	for _, j := range w.forms[f].second {
		if j < all%secondPeriod {
			n++
		}
	}
	return n
}

// signed returns how many submissions of form f come from people of the first
// day. Of two people with the form as their first, one submitted it twice.
func (w *Workspace) signed(f int) int {
	n := w.firsts(f)
	return n + n/2 + w.seconds(f)
}

// submissions returns how many submissions form f has.
func (w *Workspace) submissions(c *changes, f int) int {
	signed := w.signed(f)
	return signed + signed/(anonymousEvery-1) + candidates(c.newPeople(), formCount, f)
}

// submitter returns who made submission s of form f, or -1.
func (w *Workspace) submitter(f, s int) int {
	signed := w.signed(f)
	if first := signed + signed/(anonymousEvery-1); s >= first {
		return w.people.total() + (s-first)*formCount + f
	}
	if s%anonymousEvery == anonymousEvery-1 {
		return -1
	}
	s -= s / anonymousEvery
	firsts := w.firsts(f)
	if s < firsts+firsts/2 {
		k := s / 3 * 2
		if s%3 == 1 {
			k++
		}
		return firstEvery*(formCount*k+f) + 1
	}
	s -= firsts + firsts/2
	second := w.forms[f].second
	j := s/len(second)*secondPeriod + second[s%len(second)]
	return secondEvery*j + secondEvery - 1
}

func (w *Workspace) appendSubmission(dst []byte, f, s int) []byte {
	i := f<<submissionBits | s
	r := w.roll(streamSubmission, i)
	who := w.submitter(f, s)
	name := w.words.person(r.then(1))
	dst = append(dst, `{"id":`...)
	dst = w.appendIDField(dst, streamSubmission, i)
	if who < 0 {
		dst = append(dst, `,"peopleId":null,"organizationId":null`...)
	} else {
		name = w.personName(who)
		dst = append(dst, `,"peopleId":`...)
		dst = w.appendIDField(dst, streamPerson, who)
		dst = append(dst, `,"organizationId":`...)
		dst = w.appendIDField(dst, streamOrganization, w.personOrganization(who))
	}
	dst = append(dst, `,"dealId":null,"leadId":null,"contents":[{"label":"이름","value":`...)
	dst = appendString(dst, name)
	dst = append(dst, `},{"label":"관심 분야","value":`...)
	dst = appendString(dst, pick(r.then(2), []string{"AI", "데이터", "리더십", "신입"}))
	dst = append(dst, `,"childFieldList":[{"label":"세부","value":`...)
	dst = appendOptional(dst, pick(r.then(3), []string{"", "심화", "기초"}))
	dst = append(dst, `}]},{}],"createdAt":`...)
	at := (w.opening + day(r.then(4).below(int(w.today-w.opening)))).at(r.then(5))
	if g := who - w.people.total(); g >= 0 {
		at = w.tickTime(personTick(g))
	}
	dst = appendMoment(dst, at)
	return append(dst, '}')
}

func (w *Workspace) appendForm(dst []byte, c *changes, f int) []byte {
	r := w.roll(streamForm, f).then(1)
	form := &w.forms[f]
	n := w.submissions(c, f)
	dst = append(dst, `{"id":"`...)
	dst = append(dst, form.id...)
	dst = append(dst, `","name":`...)
	dst = appendString(dst, form.name)
	dst = append(dst, `,"description":`...)
	if f%3 == 0 {
		dst = appendString(dst, form.name+" 양식")
	} else {
		dst = appendNull(dst)
	}
	dst = append(dst, `,"status":`...)
	dst = appendString(dst, [...]string{"active", "inactive"}[(f+1)/formCount])
	dst = append(dst, `,"folderName":`...)
	dst = appendOptional(dst, [...]string{"기본", "행사", "행사", ""}[f%4])
	dst = append(dst, `,"viewCount":`...)
	dst = appendInt(dst, int64(n*r.between(10, 60)))
	dst = append(dst, `,"submitCount":`...)
	dst = appendInt(dst, int64(n))
	since := (w.opening - 100 + day(f)*5).at(r.then(2))
	dst = append(dst, `,"createdAt":`...)
	dst = appendMoment(dst, since)
	dst = append(dst, `,"updatedAt":`...)
	dst = appendMoment(dst, since)
	return append(dst, '}')
}
