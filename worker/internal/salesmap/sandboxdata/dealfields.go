package sandboxdata

const (
	enterSuffix = "로 진입한 날짜"
	leaveSuffix = "에서 퇴장한 날짜"
)

func (w *Workspace) dealWriter(field, holds string) (writer[deal], bool) {
	switch holds {
	case "id":
		return func(dst []byte, d *deal, _ roll) []byte { return w.appendIDField(dst, streamDeal, d.index) }, true
	case "person":
		return func(dst []byte, d *deal, _ roll) []byte {
			if d.person < 0 {
				return appendNull(dst)
			}
			return w.appendIDField(dst, streamPerson, d.person)
		}, true
	case "organization":
		return func(dst []byte, d *deal, r roll) []byte {
			if d.person >= 0 && r.below(90) == 0 { // known through the person only
				return appendNull(dst)
			}
			return w.appendIDField(dst, streamOrganization, d.org)
		}, true
	case "owner":
		return func(dst []byte, d *deal, r roll) []byte { return w.appendOwner(dst, d.owner, r) }, true
	case "team":
		return func(dst []byte, d *deal, r roll) []byte { return w.appendTeam(dst, d.owner, r) }, true
	case "operator":
		return func(dst []byte, _ *deal, r roll) []byte {
			if !r.chance(16) {
				return appendNull(dst)
			}
			dst = append(dst, '[')
			dst = append(dst, pick(r.then(1), w.owners)...)
			return append(dst, ']')
		}, true
	case "name":
		return w.writeDealName, true
	case "course_id":
		return w.writeCourseID, true
	case "lecturer":
		return func(dst []byte, d *deal, r roll) []byte {
			if d.online || d.phase != phaseWon || r.chance(15) {
				return appendNull(dst)
			}
			return appendBlemished(dst, r, w.words.person(r.then(1)))
		}, true
	case "pipeline", "stage":
		return w.stageWriter(holds)
	case "enter", "leave":
		return w.stageTimeWriter(field, holds)
	default:
		if write, ok := dealDayWriters()[holds]; ok {
			return write, true
		}
		if write, ok := dealMoneyWriters()[holds]; ok {
			return write, true
		}
		write, ok := dealWriters()[holds]
		return write, ok
	}
}

// writeDealName writes "<organisation>_<category> <what>", as sales people do.
func (w *Workspace) writeDealName(dst []byte, d *deal, r roll) []byte {
	x := r.below(1000)
	if x < 6 {
		return appendNull(dst)
	}
	org, _ := w.organizationName(d.org)
	if org == "" {
		org = "개인"
	}
	what := pick(r.then(1), []string{"교육", "과정", "도입", "심화과정", "기본과정", "특강", "워크숍", "구독", "리뉴얼"})
	switch {
	case x < 26 && w.profile.nonRevenueMarker != "":
		return appendString(dst, org+" "+w.profile.nonRevenueMarker+" 건")
	case x < 90:
		month := 1 + r.then(2).below(12)
		return appendString(dst, org+"_"+d.category+" "+string(appendInt(nil, int64(month)))+"월 "+what)
	case x < 180:
		return appendString(dst, org+"_"+d.category+" "+what+pick(r.then(3), []string{" 2차", " B반", " (재계약)", " 온보딩"}))
	default:
		return appendString(dst, org+"_"+d.category+" "+what)
	}
}

// writeCourseID writes the number under which a course was set up, mostly one
// that accounting does not know yet.
func (w *Workspace) writeCourseID(dst []byte, d *deal, r roll) []byte {
	switch x := r.below(100); {
	case d.phase != phaseWon && x >= 6, d.phase == phaseWon && x < 5:
		return appendNull(dst)
	case x < 7:
		return append(dst, `"-"`...)
	case x < 8:
		return append(dst, `""`...)
	case x < 30 && len(w.profile.courseIDs) > 0:
		return appendString(dst, pick(r.then(1), w.profile.courseIDs))
	case x < 32:
		return appendInt(dst, int64(r.then(1).between(200_000, 299_999)))
	default:
		dst = append(dst, '"')
		dst = appendInt(dst, int64(r.then(1).between(200_000, 299_999)))
		return append(dst, '"')
	}
}

// dealDayWriters are the writers of dates.
func dealDayWriters() map[string]writer[deal] {
	of := func(get func(*deal) day) writer[deal] {
		return func(dst []byte, d *deal, r roll) []byte { return appendDealDay(dst, get(d), r) }
	}
	return map[string]writer[deal]{
		"contract_day": func(dst []byte, d *deal, r roll) []byte {
			if d.touches == 0 && d.phase == phaseWon && r.then(9).below(40) == 0 {
				return appendString(dst, pick(r, []string{"협의중", "", "미정"}))
			}
			return appendDealDay(dst, d.contract, r)
		},
		"expected_day": func(dst []byte, d *deal, r roll) []byte {
			if d.touches == 0 && r.then(9).chance(9) {
				return appendNull(dst)
			}
			return appendDealDay(dst, d.expected, r)
		},
		"start_day": of(func(d *deal) day { return d.start }),
		"end_day":   of(func(d *deal) day { return d.end }),
		"lost_day": func(dst []byte, d *deal, r roll) []byte {
			if r.then(9).chance(8) {
				return appendNull(dst)
			}
			return appendDealDay(dst, d.lost, r)
		},
		"deadline": func(dst []byte, d *deal, r roll) []byte {
			if r.chance(55) {
				return appendNull(dst)
			}
			return appendDealDay(dst, d.expected, r.then(1))
		},
		"created": func(dst []byte, d *deal, _ roll) []byte { return appendMoment(dst, d.created) },
		"modified": func(dst []byte, d *deal, r roll) []byte {
			if d.touches == 0 && r.below(500) == 0 {
				return appendNull(dst)
			}
			return appendMoment(dst, d.modified)
		},
	}
}

// appendDealDay appends a date as it stands in such fields: mostly
// 2006-01-02, a few as people type them or as another program wrote them.
func appendDealDay(dst []byte, d day, r roll) []byte {
	if d == 0 {
		return appendNull(dst)
	}
	switch x := r.below(1000); {
	case x < 6:
		dst = append(dst, '"')
		dst = appendDay(dst, d, '.')
		return append(dst, '"')
	case x < 11:
		dst = append(dst, '"')
		dst = appendDay(dst, d, '/')
		return append(dst, '"')
	case x < 31:
		// Midnight in Korea, told in UTC: the text shows the day before.
		return appendMoment(dst, moment(int64(d)*secondsPerDay-koreaOffset)*1000)
	default:
		return appendQuotedDay(dst, d)
	}
}

// dealMoneyWriters are the writers of amounts and shares.
func dealMoneyWriters() map[string]writer[deal] {
	return map[string]writer[deal]{
		"amount": func(dst []byte, d *deal, r roll) []byte {
			switch x := r.below(1000); {
			case d.touches > 0 && d.phase == phaseWon:
				return appendInt(dst, d.amount)
			case d.phase != phaseWon && x < 760, d.phase == phaseWon && x < 15:
				return appendNull(dst)
			default:
				return appendWon(dst, d.amount, r.then(1))
			}
		},
		"expected_amount": func(dst []byte, d *deal, r roll) []byte {
			if d.touches == 0 && r.chance(24) {
				return appendNull(dst)
			}
			return appendWon(dst, d.amount*int64(r.then(1).between(80, 118))/100/100_000*100_000, r.then(2))
		},
		"net": func(dst []byte, _ *deal, r roll) []byte {
			switch r.below(7) {
			case 0:
				return append(dst, "42.5"...)
			case 1:
				return append(dst, "35"...)
			case 2:
				return append(dst, "0"...)
			case 3:
				return append(dst, `"58%"`...)
			default:
				return appendNull(dst)
			}
		},
		"lecturer_fee": func(dst []byte, d *deal, r roll) []byte {
			if d.online || d.phase != phaseWon {
				return appendNull(dst)
			}
			return append(dst, [...]string{"400000", "1200000", `"협의"`, null}[r.below(4)]...)
		},
	}
}

// appendWon appends an amount in won: a number, and now and then what an import
// made of it.
func appendWon(dst []byte, amount int64, r roll) []byte {
	switch x := r.below(1000); {
	case x < 8:
		return append(appendInt(append(dst, '"'), amount), `.0"`...)
	case x < 12:
		return append(appendInt(append(dst, '"'), amount), '"')
	case x < 15:
		return append(appendInt(dst, amount), ".5"...)
	case x < 20:
		return append(dst, `""`...)
	case x < 22:
		return append(dst, '0')
	default:
		return appendInt(dst, amount)
	}
}

// dealWriters are the other writers that need nothing of the workspace.
func dealWriters() map[string]writer[deal] {
	return map[string]writer[deal]{
		"record_id":   func(dst []byte, d *deal, _ roll) []byte { return appendInt(dst, int64(d.position)+1) },
		"status":      writeStatus,
		"probability": writeOutlook,
		"course_format": func(dst []byte, d *deal, r roll) []byte {
			switch x := r.below(100); {
			case x < 2:
				return appendNull(dst)
			case x < 3:
				return append(dst, `""`...)
			case x < 5:
				return appendString(dst, spacedBracket(d.format))
			default:
				return appendString(dst, d.format)
			}
		},
		"category": func(dst []byte, d *deal, r roll) []byte {
			switch x := r.below(100); {
			case x < 5:
				return appendNull(dst)
			case x < 6:
				return append(dst, `""`...)
			case x < 7:
				return appendString(dst, " "+d.category+" ")
			default:
				return appendString(dst, d.category)
			}
		},
		"lost_reason": func(dst []byte, d *deal, r roll) []byte {
			if d.phase != phaseLost {
				return appendNull(dst)
			}
			return appendString(dst, pick(r, []string{"일정 연기", "경쟁사 선정", "내부 교육으로 대체", "예산 부족", "담당자 퇴사", ""}))
		},
		"online_cycle": func(dst []byte, d *deal, r roll) []byte {
			if !d.online || r.chance(10) {
				return appendNull(dst)
			}
			return appendString(dst, pick(r.then(1), []string{"상시", "월 1회", "상시", "분기 1회", "월 1회", ""}))
		},
		"online_first": func(dst []byte, d *deal, r roll) []byte {
			if !d.online || r.chance(20) {
				return appendNull(dst)
			}
			return append(dst, [...]string{"true", "true", "true", "false", `"O"`, `"X"`, "true", "true"}[r.then(1).below(8)]...)
		},
		"online_learners": func(dst []byte, d *deal, r roll) []byte {
			if !d.online {
				return appendNull(dst)
			}
			return appendInt(dst, int64(r.between(1, 30)*10))
		},
		"planning_sheet": func(dst []byte, d *deal, r roll) []byte {
			switch x := r.below(100); {
			case x < 42:
				dst = append(dst, `"https://sheet.example/p/`...)
				return append(appendInt(dst, int64(d.index)), '"')
			case x < 46:
				return append(dst, `"  "`...)
			default:
				return appendNull(dst)
			}
		},
		"proposal_written": func(dst []byte, _ *deal, r roll) []byte {
			return append(dst, [...]string{`"O"`, `"O"`, `"O"`, `"O"`, `"O"`, `"X"`, null, null, `""`, `"작성중"`}[r.below(10)]...)
		},
		"proposal_file": func(dst []byte, d *deal, r roll) []byte {
			switch x := r.below(100); {
			case x < 45:
				return append(appendInt(append(dst, `"제안서_`...), int64(d.index)), `.pdf"`...)
			case x < 60:
				return append(dst, `" "`...)
			case x < 75:
				return append(dst, `""`...)
			default:
				return appendNull(dst)
			}
		},
		"source":          func(dst []byte, _ *deal, r roll) []byte { return appendSource(dst, r) },
		"zero":            func(dst []byte, _ *deal, _ roll) []byte { return append(dst, '0') },
		"todo_open":       func(dst []byte, _ *deal, _ roll) []byte { return append(dst, '3') },
		"todo_done":       func(dst []byte, _ *deal, _ roll) []byte { return append(dst, '2') },
		"todo_all":        func(dst []byte, _ *deal, _ roll) []byte { return append(dst, '5') },
		"in_sequence":     func(dst []byte, _ *deal, r roll) []byte { return appendBool(dst, r.chance(10)) },
		"settlement_note": writeSettlementNote,
		"venue": func(dst []byte, d *deal, r roll) []byte {
			if d.online || r.chance(50) {
				return appendNull(dst)
			}
			return append(dst, `{"층":3,"강의실":"가","좌석":`+"24"+`,"장비":["빔","마이크"]}`...)
		},
	}
}

func writeSettlementNote(dst []byte, d *deal, r roll) []byte {
	if d.phase != phaseWon || r.chance(70) {
		return appendNull(dst)
	}
	return appendString(dst, "세금계산서 \"발행\" 완료\n입금 확인 전\t(회계 확인)")
}

func writeStatus(dst []byte, d *deal, r roll) []byte {
	rare := d.touches == 0 && r.below(40) == 0
	switch d.phase {
	case phaseWon:
		if rare {
			return appendString(dst, pick(r.then(1), []string{"won", " Won ", "성사 확정", "Closed Won"}))
		}
		return append(dst, `"Won"`...)
	case phaseLost:
		if rare {
			return appendString(dst, pick(r.then(1), []string{"LOST", "LOST", "패배"}))
		}
		return append(dst, `"Lost"`...)
	case phaseConverted:
		return append(dst, `"Convert"`...)
	default:
		if rare {
			return appendOptional(dst, pick(r.then(1), []string{"In progress", "SQL 전환", ""}))
		}
		return append(dst, `"SQL"`...)
	}
}

func writeOutlook(dst []byte, d *deal, r roll) []byte {
	token := [...]string{"", "낮음", "높음", "확정", "LOST"}[d.outlook]
	if d.touches > 0 {
		return append(appendString(append(dst, '['), token), ']')
	}
	switch x := r.below(1000); {
	case token == "" && x < 850, x < 30:
		return appendNull(dst)
	case token == "":
		return append(dst, `[]`...)
	case x < 60:
		return appendString(dst, token)
	case x < 70:
		return append(appendString(append(dst, `{"value":`...), token), '}')
	case x < 85 && d.outlook == outlookCertain:
		return append(dst, `["확정","높음"]`...)
	default:
		return append(appendString(append(dst, '['), token), ']')
	}
}

// spacedBracket puts a blank before the first bracket, as some type it.
func spacedBracket(s string) string {
	for i := range len(s) {
		if s[i] == '(' && i > 0 {
			return s[:i] + " " + s[i:]
		}
	}
	return s + " "
}
