package sandboxdata

import "strconv"

// organization is what the fields of an organisation are written from.
type organization struct {
	index    int
	position int
	name     string
	house    house
	owner    int
	created  moment
	modified moment
}

// Oddities of organisation names, one in so many made-up organisations.
const (
	twinEvery    = 73  // has the name of the one before
	unnamedEvery = 151 // has none
)

// organizationName returns the name of organisation i and its kind of house.
func (w *Workspace) organizationName(i int) (string, house) {
	if i < len(w.profile.orgNames) {
		name := w.profile.orgNames[i]
		return name, w.houseOf(name)
	}
	made := i - len(w.profile.orgNames)
	if made%unnamedEvery == unnamedEvery-1 {
		return "", house{}
	}
	if made%twinEvery == twinEvery-1 {
		made--
	}
	name, h := w.words.organization(made)
	if w.known[name] {
		name += "그룹"
	}
	return name, h
}

func (w *Workspace) organizationAt(i int) organization {
	r := w.roll(streamOrganization, i)
	o := organization{index: i, position: i, owner: w.owner(i, r.then(1))}
	o.name, o.house = w.organizationName(i)
	span := int(w.today - w.opening)
	founded := w.opening - 500 + day(r.then(2).below(span))
	o.created = founded.at(r.then(3))
	o.modified = min(founded+day(r.then(4).below(600)), w.today-1).at(r.then(5))
	if i >= w.orgs {
		o.created = w.tickTime(organizationTick(i - w.orgs))
		o.modified = o.created
	}
	return o
}

// size returns the size that an organisation is known by.
func (w *Workspace) size(i int, h house) string {
	p := w.profile
	r := w.roll(streamOrganization, i).then(20)
	switch {
	case h.kind == public && len(p.publicSizes) > 0:
		return p.publicSizes[0]
	case h.kind == university && len(p.publicSizes) > 1:
		return p.publicSizes[1]
	case i == 0:
		return p.corporateSizes[0]
	default:
		// Larger sizes, which come first, are the better customers.
		x := r.below(100)
		return p.corporateSizes[x*x*len(p.corporateSizes)/10_000]
	}
}

// weight is how much an organisation spends, in percent of an ordinary one. A
// few spend many times as much as the rest.
func (w *Workspace) weight(i int) int {
	if i == 0 {
		return 520
	}
	r := w.roll(streamOrganization, i).then(30)
	switch x := r.below(100); {
	case x < 4:
		return r.then(1).between(250, 420)
	case x < 20:
		return r.then(1).between(110, 200)
	default:
		return r.then(1).between(15, 110)
	}
}

func (w *Workspace) organizationWriter(_, holds string) (writer[organization], bool) {
	switch holds {
	case "id":
		return func(dst []byte, o *organization, _ roll) []byte {
			return w.appendIDField(dst, streamOrganization, o.index)
		}, true
	case "record_id":
		return func(dst []byte, o *organization, _ roll) []byte { return appendInt(dst, int64(o.position)+1) }, true
	case "name":
		return func(dst []byte, o *organization, _ roll) []byte { return appendOptional(dst, o.name) }, true
	case "owner":
		return func(dst []byte, o *organization, r roll) []byte { return w.appendOwner(dst, o.owner, r) }, true
	case "team":
		return func(dst []byte, o *organization, r roll) []byte { return w.appendTeam(dst, o.owner, r) }, true
	case "created":
		return func(dst []byte, o *organization, _ roll) []byte { return appendMoment(dst, o.created) }, true
	case "modified":
		return func(dst []byte, o *organization, _ roll) []byte { return appendMoment(dst, o.modified) }, true
	case "size":
		return w.writeSize, true
	case "staff":
		return writeStaff, true
	case "contact_desk":
		return func(dst []byte, _ *organization, r roll) []byte {
			return w.appendSometimes(dst, r, 30, w.words.person(r.then(1)))
		}, true
	default:
		write, ok := organizationWriters()[holds]
		return write, ok
	}
}

// organizationWriters are the writers that need nothing of the workspace.
func organizationWriters() map[string]writer[organization] {
	return map[string]writer[organization]{
		"open_course": func(dst []byte, _ *organization, r roll) []byte {
			if r.chance(35) {
				return appendNull(dst)
			}
			return appendBool(dst, r.then(1).chance(50))
		},
		"source": func(dst []byte, _ *organization, r roll) []byte { return appendSource(dst, r) },
		"industry": func(dst []byte, o *organization, r roll) []byte {
			if o.house.minor == "" || r.chance(8) {
				return appendNull(dst)
			}
			return appendString(dst, o.house.minor+" 업체")
		},
		"industry_major": func(dst []byte, o *organization, r roll) []byte {
			switch x := r.below(100); {
			case x < 6:
				return appendNull(dst)
			case x < 8:
				return append(dst, `""`...)
			case x < 10:
				return append(dst, `"  "`...)
			default:
				return appendOptional(dst, o.house.major)
			}
		},
		"industry_mid": func(dst []byte, o *organization, r roll) []byte {
			if r.chance(15) {
				return appendNull(dst)
			}
			return appendOptional(dst, o.house.minor)
		},
		"email": func(dst []byte, o *organization, r roll) []byte {
			if r.chance(48) {
				return appendNull(dst)
			}
			dst = append(dst, `"info`...)
			dst = appendInt(dst, int64(o.index))
			return append(dst, `@org.example"`...)
		},
		"phone": func(dst []byte, _ *organization, r roll) []byte {
			if r.chance(42) {
				return appendNull(dst)
			}
			dst = append(dst, `"02-000-`...)
			dst = appendPadded(dst, r.then(1).below(10_000), 4)
			return append(dst, '"')
		},
		// Larger than a double can count: must reach the database digit by digit.
		"big_number": func(dst []byte, _ *organization, r roll) []byte {
			return strconv.AppendUint(dst, 1<<53+uint64(r)>>8, 10)
		},
	}
}

func (w *Workspace) writeSize(dst []byte, o *organization, r roll) []byte {
	size := w.size(o.index, o.house)
	switch x := r.below(1000); {
	case o.index == 0:
		return appendString(dst, size)
	case x < 60:
		return appendNull(dst)
	case x < 85:
		return append(dst, `""`...)
	case x < 93:
		return append(dst, `"  "`...)
	case x < 120:
		return appendString(dst, w.profile.sizes[len(w.profile.sizes)-1])
	case x < 135 && len(size) > 6 && o.house.kind == corporate:
		return appendString(dst, size[:6]) // two syllables: how some type it
	default:
		return appendString(dst, size)
	}
}

func writeStaff(dst []byte, _ *organization, r roll) []byte {
	if r.chance(20) {
		return appendNull(dst)
	}
	return appendInt(dst, int64([...]int{40, 350, 1200, 15_000}[r.then(1).below(4)]))
}

// appendIDField appends an id as a JSON value.
func (w *Workspace) appendIDField(dst []byte, s stream, i int) []byte {
	dst = append(dst, '"')
	dst = w.appendID(dst, s, i)
	return append(dst, '"')
}

// appendOptional appends a text, null for an empty one.
func appendOptional(dst []byte, s string) []byte {
	if s == "" {
		return appendNull(dst)
	}
	return appendString(dst, s)
}

// appendSometimes appends the text in so many percent of cases, else null.
func (w *Workspace) appendSometimes(dst []byte, r roll, percent int, s string) []byte {
	if !r.chance(percent) {
		return appendNull(dst)
	}
	return appendString(dst, s)
}

func appendSource(dst []byte, r roll) []byte {
	switch r.below(4) {
	case 0:
		return append(dst, `"데이터 업로드"`...)
	case 1:
		return append(dst, `"웹폼"`...)
	case 2:
		return append(dst, `"직접 생성"`...)
	default:
		return appendNull(dst)
	}
}
