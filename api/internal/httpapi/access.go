package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/access"
)

const (
	sessionCookie = "salesmap_session"
	maxLoginBytes = 4096

	// readerKey is where a request keeps the name of the token it came with.
	readerKey = "reader"
)

var (
	errUnauthorized = errors.New("no token and no session")
	errNoLogin      = errors.New("authentication is off")
	errCrossSite    = errors.New("login from another site")
	errLoginType    = errors.New("login is not JSON")
	errLoginBody    = errors.New("login is malformed")
)

// guard lets only those through who have a token or a session; everybody, if
// there are no tokens. Reading changes nothing and foreign pages get no
// credentials sent (SameSite), nor could they read what comes back, so GET
// needs no more against forgery.
func (s *Server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	if s.o.Access == nil {
		return next
	}
	return func(c echo.Context) error {
		name, err := s.reader(c)
		if err != nil {
			return err
		}
		c.Set(readerKey, name)
		return next(c)
	}
}

// reader returns the name of the token that a request came with. A token that
// is shown decides, whatever cookie comes with it.
func (s *Server) reader(c echo.Context) (string, error) {
	if secret, ok := bearerOf(c.Request()); ok {
		name, err := s.o.Access.Bearer(addressOf(c), secret)
		s.noteRefusal(c, err)
		return name, err
	}
	if cookie, err := c.Request().Cookie(sessionCookie); err == nil {
		if name, ok := s.o.Access.Session(cookie.Value); ok {
			return name, nil
		}
	}
	return "", errUnauthorized
}

func bearerOf(r *http.Request) (secret string, ok bool) {
	scheme, secret, _ := strings.Cut(r.Header.Get(echo.HeaderAuthorization), " ")
	return strings.TrimSpace(secret), strings.EqualFold(scheme, "Bearer")
}

// addressOf is who is asking, as far as we trust to know.
func addressOf(c echo.Context) netip.Addr {
	address, _ := netip.ParseAddr(c.RealIP())
	return address
}

// noteRefusal logs and counts a failed attempt, so that a search for tokens is
// seen. Those that were not looked at are in the access log only.
func (s *Server) noteRefusal(c echo.Context, err error) {
	if errors.Is(err, access.ErrRefused) {
		s.metrics.refused.Inc()
		s.log.Warn("a wrong token was shown", zap.String("address", c.RealIP()),
			zap.String("request_id", c.Response().Header().Get(echo.HeaderXRequestID)))
	}
}

// loginAnswer tells a page whose session it has.
type loginAnswer struct {
	Name      string    `json:"name"`
	ExpiresAt time.Time `json:"expires_at"`
}

// login begins a session with a token. It takes JSON only and from our own
// pages only, so that no other site can log somebody in.
func (s *Server) login(c echo.Context) error {
	if s.o.Access == nil {
		return errNoLogin
	}
	secret, err := s.loginToken(c)
	if err != nil {
		return err
	}
	session, err := s.o.Access.Login(addressOf(c), secret)
	if err != nil {
		s.noteRefusal(c, err)
		return err
	}
	c.Set(readerKey, session.Name)
	s.setSession(c, session.Value, time.Until(session.Expires))
	return writeJSON(c, http.StatusOK, loginAnswer{Name: session.Name, ExpiresAt: session.Expires.UTC()})
}

func (s *Server) loginToken(c echo.Context) (string, error) {
	if err := s.sameSite.Check(c.Request()); err != nil {
		return "", errCrossSite
	}
	if kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType)); err != nil || kind != echo.MIMEApplicationJSON {
		return "", errLoginType
	}
	var body struct {
		Token *string `json:"token"`
	}
	dec := json.NewDecoder(http.MaxBytesReader(c.Response(), c.Request().Body, maxLoginBytes))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&body); err != nil || body.Token == nil {
		return "", errLoginBody
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return "", errLoginBody
	}
	return strings.TrimSpace(*body.Token), nil
}

// logout makes the browser forget its session.
func (s *Server) logout(c echo.Context) error {
	if err := s.sameSite.Check(c.Request()); err != nil {
		return errCrossSite
	}
	s.setSession(c, "", -time.Second)
	protect(c.Response().Header())
	return c.NoContent(http.StatusNoContent)
}

// setSession sets the cookie, or removes it if its time is over. Secure is for
// browsers that came by TLS, to us or to a proxy that says so; believing anyone
// there only keeps their own cookie to TLS.
func (s *Server) setSession(c echo.Context, value string, lasts time.Duration) {
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure where there is TLS: on plain loopback the page must work, too
		Name: sessionCookie, Value: value, Path: "/", MaxAge: int(lasts.Round(time.Second).Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: c.Request().TLS != nil || strings.EqualFold(c.Request().Header.Get(echo.HeaderXForwardedProto), "https"),
	})
}

// accessProblem is the part of problemOf that is about who may ask.
func accessProblem(err error) (p problem, ok bool) {
	var limited *access.LimitedError
	switch {
	case errors.As(err, &limited):
		p = newProblem(http.StatusTooManyRequests, kindLimited, "Too many failed attempts from this address; try again later.")
		p.retryAfter = strconv.Itoa(int(math.Ceil(limited.Wait.Seconds())))
	case errors.Is(err, errUnauthorized):
		p = newProblem(http.StatusUnauthorized, kindUnauthorized, "A token is needed: log in on the page, or send Authorization: Bearer.")
	case errors.Is(err, access.ErrRefused):
		p = newProblem(http.StatusUnauthorized, kindUnauthorized, "This token is not known.")
	case errors.Is(err, errNoLogin):
		p = newProblem(http.StatusNotFound, kindNotFound, "No login is needed: authentication is off.")
	case errors.Is(err, errCrossSite):
		p = newProblem(http.StatusForbidden, kindForbidden, "Sessions begin and end on this server's own page.")
	case errors.Is(err, errLoginType):
		p = newProblem(http.StatusUnsupportedMediaType, kindBadRequest, "Login takes application/json.")
	case errors.Is(err, errLoginBody):
		p = newProblem(http.StatusBadRequest, kindBadRequest, `Login takes {"token": "…"}.`)
	default:
		return problem{}, false
	}
	return p, true
}
