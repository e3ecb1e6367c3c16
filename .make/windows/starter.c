/*
 * Starts `Kickbench.exe version` as Windows' cmd does with a program that has a window:
 * from a console, but without a handle to it. Wine's own cmd hands its handles on. Then
 * it stays, and the console with it.
 */
#include <windows.h>

int main(void) {
	char line[] = "C:\\Kickbench.exe version";
	STARTUPINFOA with = {.cb = sizeof with, .dwFlags = STARTF_USESTDHANDLES};
	PROCESS_INFORMATION started;
	if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &with, &started))
		return 1;
	WaitForSingleObject(started.hProcess, INFINITE);
	Sleep(INFINITE);
}
