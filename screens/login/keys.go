package login

// Submit sends the form off, as its button does. UI goroutine only.
func (s *Screen) Submit() { s.form.submit() }
