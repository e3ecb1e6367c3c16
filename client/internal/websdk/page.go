package websdk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// loginDeadline lies above the 90 s the SDK itself waits for a login's answer.
const loginDeadline = 120 * time.Second

// Page is one tab with one SDK instance. Its methods may be called from several
// goroutines, but those that end the test (all without an error result) only
// from the test's own.
type Page struct {
	t   testing.TB
	b   *Browser
	id  string
	log record

	closing sync.Once
}

// Error is what an SDK call was rejected with.
type Error struct {
	Method  string
	Code    int
	Message string
}

// Error gives method, message and code.
func (e *Error) Error() string { return fmt.Sprintf("%s: %s (%d)", e.Method, e.Message, e.Code) }

// CodeOf is the SDK's code in err, 0 where err is not the SDK's.
func CodeOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// Result is what login resolved with.
type Result struct {
	// RepeatLogin is true when the user was logged in already and nothing was sent.
	RepeatLogin bool `json:"repeatLogin"`
	// InstID is the server's number of this instance, 0 for a repeated login.
	InstID uint64 `json:"instanceID"`
	TinyID string `json:"tinyID"`
	// HelloInterval is in seconds.
	HelloInterval int    `json:"helloInterval"`
	TimeStamp     int64  `json:"timeStamp"`
	ErrorInfo     string `json:"errorInfo"`
}

// Login calls login and waits for it. The error is an *Error when the SDK refused.
func (p *Page) Login(userID, userSig string) (Result, error) {
	value, err := p.Call("login", map[string]any{"userID": userID, "userSig": userSig})
	if err != nil {
		return Result{}, err
	}
	var r Result
	err = json.Unmarshal(member(value, "data"), &r)
	return r, err
}

// Logout calls logout and waits for it.
func (p *Page) Logout() error {
	_, err := p.Call("logout")
	return err
}

// Destroy calls destroy and waits for it.
func (p *Page) Destroy() error {
	_, err := p.Call("destroy")
	return err
}

// Call calls a method of the SDK's and waits for its promise. The error is an
// *Error when the SDK rejected it.
func (p *Page) Call(method string, args ...any) (jsontext.Value, error) {
	ctx, cancel := context.WithTimeout(p.t.Context(), loginDeadline)
	defer cancel()
	v, err := p.eval(ctx, "return await kb.call(...arg)", append([]any{method}, args...))
	if err != nil {
		return nil, err
	}
	var end struct {
		OK      bool           `json:"ok"`
		Value   jsontext.Value `json:"value"`
		Code    int            `json:"code"`
		Message string         `json:"message"`
	}
	if err := json.Unmarshal(v, &end); err != nil {
		return nil, err
	}
	if !end.OK {
		return nil, &Error{Method: method, Code: end.Code, Message: end.Message}
	}
	return end.Value, nil
}

// Eval runs the body of an async function in the page, with arg, and returns what
// it returns. It sees chat (the instance), TencentCloudChat, kb.call(method, …) and
// kb.note(kind, name, value).
func (p *Page) Eval(source string, arg any) jsontext.Value {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), loginDeadline)
	defer cancel()
	v, err := p.eval(ctx, source, arg)
	if err != nil {
		p.t.Fatalf("in the page: %v\n%s", err, p.log.print())
	}
	return v
}

// Try is Eval that tells of a failure, as of a page that is on its way to another.
func (p *Page) Try(ctx context.Context, source string, arg any) (jsontext.Value, error) {
	return p.eval(ctx, source, arg)
}

func (p *Page) eval(ctx context.Context, source string, arg any) (jsontext.Value, error) {
	return p.b.driver.order(ctx, map[string]any{"op": "eval", "page": p.id, "source": source, "arg": arg})
}

// IsReady is the SDK's isReady.
func (p *Page) IsReady() bool {
	p.t.Helper()
	return string(p.Eval("return chat.isReady()", nil)) == "true"
}

// LoginUser is the SDK's getLoginUser, "" when nobody is logged in.
func (p *Page) LoginUser() string {
	p.t.Helper()
	var s string
	_ = json.Unmarshal(p.Eval("return chat.getLoginUser()", nil), &s)
	return s
}

// ServerTime is the SDK's getServerTime, in its own unit.
func (p *Page) ServerTime() float64 {
	p.t.Helper()
	var n float64
	_ = json.Unmarshal(p.Eval("return chat.getServerTime()", nil), &n)
	return n
}

// Offline takes the page's network away, or gives it back.
func (p *Page) Offline(on bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), Deadline)
	defer cancel()
	if _, err := p.b.driver.order(ctx, map[string]any{"op": "offline", "page": p.id, "on": on}); err != nil {
		p.t.Fatalf("offline: %v", err)
	}
}

// Close closes the tab, as a person does: without a logout. What the page told
// stays readable. A second Close does nothing.
func (p *Page) Close() {
	p.closing.Do(func() {
		// Not the test's context: that one has ended when a cleanup runs.
		ctx, cancel := context.WithTimeout(context.Background(), Deadline)
		defer cancel()
		_, err := p.b.driver.order(ctx, map[string]any{"op": "close", "page": p.id})
		if err != nil {
			p.t.Errorf("close a page: %v", err)
		}
		p.b.driver.mu.Lock()
		delete(p.b.driver.pages, p.id)
		p.b.driver.mu.Unlock()
	})
}
