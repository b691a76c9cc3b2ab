/* Stands in for NVIDIA's management library: the functions Lathe calls, with the signatures of nvml.h and answers that
   tell each other apart. Card 0 is a whole card, card 1 is cut in two, card 2 has fallen off the bus. */
#include <stdio.h>
#include <string.h>

typedef void *device;
static int cards[5];
#define HANDLE(i) ((device)&cards[i])
#define INDEX(d) ((int)((int *)(d)-cards))
typedef struct { unsigned long long total, free, used; } memory;
typedef struct { unsigned int gpu, memory; } utilization;
typedef struct {
  char busIdLegacy[16];
  unsigned int domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
} pci;

#ifdef MISMATCH
int nvmlInit_v2(void) { return 18; }
#else
int nvmlInit_v2(void) { return 0; }
#endif
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int status) {
  return status == 18 ? "Driver/library version mismatch" : status == 15 ? "GPU is lost" : status == 3 ? "Not Supported" : "?";
}
int nvmlSystemGetDriverVersion(char *text, unsigned int size) { snprintf(text, size, "590.48.01"); return 0; }
int nvmlSystemGetNVMLVersion(char *text, unsigned int size) { snprintf(text, size, "13.590.48"); return 0; }
int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = 13010; return 0; }
int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 3; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, device *handle) {
  if (index == 2) return 15;
  *handle = HANDLE(index);
  return 0;
}
int nvmlDeviceGetName(device d, char *text, unsigned int size) {
  snprintf(text, size, INDEX(d) < 3 ? "NVIDIA H100 80GB HBM3" : "NVIDIA H100 80GB HBM3 MIG 3g.40gb");
  return 0;
}
int nvmlDeviceGetMemoryInfo(device d, memory *m) {
  m->total = INDEX(d) < 3 ? 85520809984ULL : 42412802048ULL;
  m->used = 1000;
  m->free = m->total - m->used;
  return 0;
}
int nvmlDeviceGetPciInfo_v3(device d, pci *p) {
  memset(p, 0, sizeof *p);
  p->pciDeviceId = 0x233010DE;
  p->pciSubSystemId = 0x16C110DE;
  snprintf(p->busIdLegacy, 16, "0000:0%d:00.0", INDEX(d) + 1);
  snprintf(p->busId, 32, "00000000:0%d:00.0", INDEX(d) + 1);
  return 0;
}
int nvmlDeviceGetCudaComputeCapability(device d, int *major, int *minor) { *major = 9; *minor = 0; return 0; }
int nvmlDeviceGetMigMode(device d, unsigned int *current, unsigned int *pending) {
  *current = INDEX(d) == 1;
  *pending = 0;
  return 0;
}
int nvmlDeviceGetMaxMigDeviceCount(device d, unsigned int *count) { *count = 7; return 0; }
int nvmlDeviceGetMigDeviceHandleByIndex(device d, unsigned int index, device *slice) {
  if (index > 1) return 6;
  *slice = HANDLE(3 + index);
  return 0;
}
int nvmlDeviceGetClockInfo(device d, unsigned int kind, unsigned int *mhz) { *mhz = kind == 0 ? 1980 : 2619; return 0; }
int nvmlDeviceGetMaxClockInfo(device d, unsigned int kind, unsigned int *mhz) { *mhz = kind == 0 ? 1981 : 2620; return 0; }
int nvmlDeviceGetPowerUsage(device d, unsigned int *milliwatts) { *milliwatts = 71150; return 0; }
int nvmlDeviceGetEnforcedPowerLimit(device d, unsigned int *milliwatts) { *milliwatts = 700000; return 0; }
int nvmlDeviceGetTemperature(device d, unsigned int sensor, unsigned int *celsius) { *celsius = sensor == 0 ? 42 : 99; return 0; }
int nvmlDeviceGetUtilizationRates(device d, utilization *u) {
  if (INDEX(d) == 1) return 3;
  u->gpu = 37;
  u->memory = 12;
  return 0;
}
