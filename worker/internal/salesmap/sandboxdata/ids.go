package sandboxdata

// The last ten hexadecimal digits of an id hold the natural index of its
// record, veiled by a mask that depends on the first eight. So ids look random
// and yet lead back to their record without a table.
const (
	indexBits  = 40
	indexMask  = 1<<indexBits - 1
	uuidDigits = 32
	uuidLen    = 36
	hexIDLen   = 24
	headDigits = 8
	tailDigits = 10
)

const hexDigits = "0123456789abcdef"

// appendID appends the id of thing i: mostly a UUID, now and then, for lists
// that have such, one of the older 24-digit kind.
func (w *Workspace) appendID(dst []byte, s stream, i int) []byte {
	r := w.roll(s, i).then(1000)
	head := uint64(r) >> 32
	tail := (index(i) ^ uint64(w.veil(s, head))) & indexMask
	middle := uint64(r.then(1))
	if w.hasShortIDs(s) && r.then(2).below(40) == 0 {
		dst = appendHex(dst, head, headDigits)
		dst = appendHex(dst, middle, hexIDLen-headDigits-tailDigits)
		return appendHex(dst, tail, tailDigits)
	}
	dst = appendHex(dst, head, headDigits)
	dst = append(dst, '-')
	dst = appendHex(dst, middle>>48, 4)
	dst = append(dst, '-', '4')
	dst = appendHex(dst, middle>>36, 3)
	dst = append(dst, '-', hexDigits[8+middle>>34&3])
	dst = appendHex(dst, middle>>20, 3)
	dst = append(dst, '-')
	dst = appendHex(dst, middle, uuidLen-24-tailDigits)
	return appendHex(dst, tail, tailDigits)
}

// hasShortIDs tells which lists mix the two kinds of id.
func (w *Workspace) hasShortIDs(s stream) bool {
	return s == streamOrganization || s == streamPerson || s == streamDeal || s == streamMemo
}

func (w *Workspace) veil(s stream, head uint64) roll {
	return roll(mix(w.seed ^ uint64(s)<<32 ^ head)).then(7)
}

// indexOf leads an id back to the natural index it was made from; ok is false
// for ids that this workspace never gives.
func (w *Workspace) indexOf(s stream, id string) (i int, ok bool) {
	if len(id) != uuidLen && len(id) != hexIDLen {
		return 0, false
	}
	head, ok := parseHex(id[:headDigits])
	if !ok {
		return 0, false
	}
	tail, ok := parseHex(id[len(id)-tailDigits:])
	if !ok {
		return 0, false
	}
	i = int((tail ^ uint64(w.veil(s, head))) & indexMask)
	var buf [uuidLen]byte
	if string(w.appendID(buf[:0], s, i)) != id {
		return 0, false
	}
	return i, true
}

// appendHex appends the lowest digits of x.
func appendHex(dst []byte, x uint64, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, hexDigits[x>>shift&15])
	}
	return dst
}

func parseHex(s string) (x uint64, ok bool) {
	for i := range len(s) {
		var digit byte
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digit = c - '0'
		case 'a' <= c && c <= 'f':
			digit = c - 'a' + 10
		default:
			return 0, false
		}
		x = x<<4 | uint64(digit)
	}
	return x, true
}
